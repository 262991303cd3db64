//! Starts the bridge, a Node program, as a language server. Everything that decides anything is in there.

use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result};

struct Candela;

impl zed::Extension for Candela {
    fn new() -> Self {
        Candela
    }

    fn language_server_command(
        &mut self,
        language_server_id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        // What `candela setup zed` wrote, or the developer.
        let configured = LspSettings::for_worktree(language_server_id.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.binary);
        let own_arguments = || ["bridge", "--client", "zed"].map(String::from).to_vec();
        if let Some(binary) = configured {
            if let Some(command) = binary.path {
                let args = binary.arguments.unwrap_or_else(own_arguments);
                return Ok(zed::Command { command, args, env: worktree.shell_env() });
            }
        }
        let command = worktree.which("candela").ok_or(
            "candela is not on the PATH: run `candela setup zed`, or `npx candela setup zed` in its folder",
        )?;
        Ok(zed::Command { command, args: own_arguments(), env: worktree.shell_env() })
    }
}

zed::register_extension!(Candela);

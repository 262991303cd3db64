package dev.candela.jetbrains.bridge;

/**
 * What the status bar shows, as the bridge words it.
 *
 * @param text short, without an icon
 * @param tooltip plain text of several lines; what looks like markup in it is none
 */
public record BridgeStatus(String text, String tooltip, Severity severity) {}

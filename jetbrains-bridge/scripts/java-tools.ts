import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What building and running the plugin takes of a machine. */
export interface JavaTools {
  readonly javac: string;
  readonly java: string;
  readonly jar: string;
  /** Gson, which the IDE brings along and no JDK has. */
  readonly gsonJar: string;
}

/** The oldest IDE that is supported runs on Java 21, the plugin is compiled for 17. */
const OLDEST_JDK = 17;

/** Where Debian's `libgoogle-gson-java` puts it. */
const DEBIAN_GSON_JAR = '/usr/share/java/gson.jar';

/** @returns what is missing, and what to do about it, instead of throwing. */
export function findJavaTools(
  env: Readonly<Record<string, string | undefined>>,
): JavaTools | { readonly missing: string } {
  const { JAVA_HOME: javaHome, PATH = '', CANDELA_GSON_JAR: gsonJar = DEBIAN_GSON_JAR } = env;
  const folders = javaHome ? [join(javaHome, 'bin')] : PATH.split(delimiter);
  // The whole path, so that they are found by a process that has another PATH, too.
  const find = (name: string) => {
    const files = folders.flatMap((folder) => [join(folder, name), join(folder, `${name}.exe`)]);
    return files.find((file) => existsSync(file));
  };
  const [javac, java, jar] = [find('javac'), find('java'), find('jar')];
  if (javac === undefined || java === undefined || jar === undefined || versionOf(javac) < OLDEST_JDK) {
    return {
      missing: `no JDK ${OLDEST_JDK} or later is installed (Debian: apt install openjdk-17-jdk-headless; elsewhere set JAVA_HOME)`,
    };
  }
  if (!existsSync(gsonJar)) {
    return {
      missing: `there is no Gson at ${gsonJar} (Debian: apt install libgoogle-gson-java; elsewhere set CANDELA_GSON_JAR)`,
    };
  }
  return { javac, java, jar, gsonJar };
}

/** 0 if it cannot be told. */
function versionOf(javac: string): number {
  const { stdout } = spawnSync(javac, ['-version'], { encoding: 'utf8' });
  return Number(/^javac (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

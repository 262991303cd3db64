// The build for real: downloads an IDE, compiles against it, and verifies the plugin. Needs Gradle 9, a JDK 21 or later,
// because the platform is built for Java 21 since 2024.2, and the bridge, built by `npm run build` in the repository.
// `gradle buildPlugin`, `gradle runIde`, `gradle verifyPlugin`.
plugins {
    java
    id("org.jetbrains.intellij.platform") version "2.18.1"
}

group = "dev.candela"
version = Regex("\"version\": \"([^\"]+)\"").find(file("../package.json").readText())!!.groupValues[1]

repositories {
    mavenCentral()
    intellijPlatform {
        defaultRepositories()
    }
}

dependencies {
    intellijPlatform {
        // The oldest that is supported: what compiles against it and verifies against newer ones, runs on all.
        // Gson is the platform's own.
        create("IC", "2024.2")
        pluginVerifier()
    }
}

intellijPlatform {
    pluginConfiguration {
        ideaVersion {
            sinceBuild = "242"
            // No end: the API that is used is old and small.
            untilBuild = provider { null }
        }
    }
    pluginVerification {
        ides {
            recommended()
        }
    }
}

tasks {
    withType<JavaCompile>().configureEach {
        // As in the zip that scripts/build-plugin.ts makes without Gradle.
        options.release = 17
        options.encoding = "UTF-8"
    }
    prepareSandbox {
        // As scripts/build-plugin.ts does: beside the jar, because Node runs files.
        from("../dist") {
            include("candela-jetbrains-bridge.js", "candela.mjs", "*.LEGAL.txt")
            rename("""^candela-jetbrains-bridge\.js$""", "candela-jetbrains-bridge.mjs")
            into("candela/bridge")
        }
        from("../../LICENSE") {
            into("candela")
        }
    }
}

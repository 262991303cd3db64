rootProject.name = "candela"

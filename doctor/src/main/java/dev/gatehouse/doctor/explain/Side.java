package dev.gatehouse.doctor.explain;

/// Who did something, or whose log a line is.
enum Side {
    CLIENT, SERVER, UNKNOWN;

    Side other() {
        return switch (this) {
            case CLIENT -> SERVER;
            case SERVER -> CLIENT;
            case UNKNOWN -> UNKNOWN;
        };
    }
}

package dev.gatehouse.cli;

/// Which Gatehouse this is.
final class Version {
    private Version() {}

    /// As in the jar's manifest; `development` where there is no jar.
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}

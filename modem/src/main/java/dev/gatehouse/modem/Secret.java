package dev.gatehouse.modem;

/// A text that prints itself as `***`.
public record Secret(String value) {
    /// No secret at all.
    public static final Secret NONE = new Secret("");

    public boolean isGiven() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return isGiven() ? "***" : "";
    }
}

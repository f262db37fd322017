package dev.gatehouse.diagnosis;

/// How far the facts carry a verdict.
public enum Certainty {
    /// The facts leave no other reading.
    CERTAIN("certain"),
    /// The usual reading; others are rare.
    LIKELY("likely"),
    /// One of several readings; collect more before acting on it.
    POSSIBLE("possible");

    private final String id;

    Certainty(String id) {
        this.id = id;
    }

    /// The name as written in JSON.
    public String id() {
        return id;
    }
}

package dev.gatehouse.diagnosis;

/// Who can do something about a cause.
public enum Responsible {
    /// Whoever writes or configures the device's program.
    DEVICE("whoever writes or configures the device"),
    /// Whoever administers the tenant: its users, permissions and quotas.
    TENANT("the administrator of the tenant"),
    /// Whoever runs the service: its listeners, certificates, proxies and limits.
    OPERATOR("the operator of the service"),
    /// Whoever runs the path between the two: mobile network, firewall, address translation.
    NETWORK("whoever runs the network between the device and the service");

    private final String words;

    Responsible(String words) {
        this.words = words;
    }

    /// For the middle of a sentence: "… must act: the operator of the service".
    public String words() {
        return words;
    }
}

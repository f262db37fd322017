package dev.gatehouse.diagnosis;

/// How far a connection came, or where its failure lies. The ids are for ever: they stand in files and in scripts.
public enum Stage {
    DNS("dns"),
    TCP("tcp"),
    PROXY("proxy"),
    TLS_CLIENTHELLO("tls-clienthello"),
    TLS_CERT("tls-cert"),
    TLS_ALERT("tls-alert"),
    TLS_RESOURCE("tls-resource"),
    WS_UPGRADE("ws-upgrade"),
    MQTT_CONNECT("mqtt-connect"),
    MQTT_AUTH("mqtt-auth"),
    MQTT_AUTHZ("mqtt-authz"),
    MQTT_SESSION("mqtt-session"),
    MODEM_NETWORK("modem-network"),
    MODEM_SOCKET("modem-socket"),
    MODEM_TLS("modem-tls"),
    CONFIG("config"),
    UNDETERMINED("undetermined");

    private final String id;

    Stage(String id) {
        this.id = id;
    }

    /// The name in kebab case, as it is written in JSON and on the command line.
    public String id() {
        return id;
    }
}

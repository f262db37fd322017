package dev.gatehouse.diagnosis;

import java.util.Arrays;
import java.util.Optional;

/// The one catalogue of causes, for the broker, for the probe from outside and for the reader of device logs.
///
/// Ids are for ever. Explanation and fix of each stand in `causes.md` beside this class, one section per id.
public enum Cause {
    // Addresses and ports.
    DNS_FAILURE("dns-failure", Stage.DNS, Responsible.NETWORK, "The host name cannot be resolved"),
    HOST_NOT_SET("host-not-set", Stage.CONFIG, Responsible.DEVICE, "No host name is configured on the device"),
    HOST_MALFORMED("host-malformed", Stage.CONFIG, Responsible.DEVICE,
            "What the device uses as host name is not a host name"),
    WRONG_ADDRESS("wrong-address", Stage.TCP, Responsible.DEVICE,
            "The device connects to another machine than it should"),
    WRONG_PORT("wrong-port", Stage.TCP, Responsible.DEVICE, "The device connects to a port of another service"),
    LOCALHOST_WRONG_MACHINE("localhost-wrong-machine", Stage.TCP, Responsible.DEVICE,
            "\"localhost\" is the device itself, not the broker"),
    TCP_REFUSED("tcp-refused", Stage.TCP, Responsible.OPERATOR, "The host refuses connections on this port"),
    TCP_TIMEOUT("tcp-timeout", Stage.TCP, Responsible.NETWORK, "The connection attempt was never answered"),
    TCP_UNREACHABLE("tcp-unreachable", Stage.TCP, Responsible.NETWORK, "There is no route to the host"),
    FIREWALL_BLOCKED("firewall-blocked", Stage.TCP, Responsible.NETWORK, "A firewall blocks the connection"),
    IP_ADDRESS_CONFLICT("ip-address-conflict", Stage.TCP, Responsible.NETWORK,
            "Two machines in the network have the same IP address"),
    LISTENER_LOOPBACK_ONLY("listener-loopback-only", Stage.CONFIG, Responsible.OPERATOR,
            "The broker listens only on its own machine"),
    LISTENER_NOT_ENABLED("listener-not-enabled", Stage.CONFIG, Responsible.OPERATOR,
            "The broker has no listener for this"),
    NOT_A_BROKER("not-a-broker", Stage.TCP, Responsible.DEVICE, "What answers on this port is not an MQTT broker"),
    HEALTH_CHECK_OR_SCAN("health-check-or-scan", Stage.TCP, Responsible.NETWORK,
            "Connected and closed without a byte: a health check or a port scan"),
    NOTHING_SENT("nothing-sent", Stage.TCP, Responsible.DEVICE, "The connection was opened and nothing was sent"),
    CONNECTION_RESET("connection-reset", Stage.TCP, Responsible.NETWORK, "The connection was reset"),
    SERVER_FULL("server-full", Stage.TCP, Responsible.OPERATOR, "The server has reached its limit of connections"),

    // Proxies.
    PROXY_PROTOCOL_MISMATCH("proxy-protocol-mismatch", Stage.PROXY, Responsible.OPERATOR,
            "Proxy and listener disagree about the PROXY protocol"),
    PROXY_UNTRUSTED("proxy-untrusted", Stage.PROXY, Responsible.OPERATOR,
            "A PROXY header came from an address that is not trusted"),
    PROXY_BACKEND_DOWN("proxy-backend-down", Stage.PROXY, Responsible.OPERATOR,
            "The proxy in front of the broker cannot reach it"),
    PROXY_IDLE_TIMEOUT("proxy-idle-timeout", Stage.PROXY, Responsible.OPERATOR,
            "A proxy in between closes connections that are silent for a while"),
    PROXY_SNI_ROUTING("proxy-sni-routing", Stage.PROXY, Responsible.OPERATOR,
            "The proxy routes this server name to the wrong place, or nowhere"),

    // TLS: what is spoken.
    PLAIN_TO_TLS_PORT("plain-to-tls-port", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "Unencrypted bytes arrived at a port that expects TLS"),
    TLS_TO_PLAIN_PORT("tls-to-plain-port", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "TLS arrived at a port that expects unencrypted bytes"),
    SNI_MISSING("sni-missing", Stage.TLS_CLIENTHELLO, Responsible.DEVICE, "The device sent no server name (SNI)"),
    SNI_UNKNOWN("sni-unknown", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "No tenant has the server name (SNI) that the device sent"),
    ALPN_MISSING("alpn-missing", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "Client and server have no application protocol (ALPN) in common"),
    HELLO_INCOMPLETE("hello-incomplete", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "The ClientHello never became complete"),
    TLS_MALFORMED("tls-malformed", Stage.TLS_CLIENTHELLO, Responsible.DEVICE, "What the device sent is not valid TLS"),
    TLS_VERSION_MISMATCH("tls-version-mismatch", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "Client and server have no TLS version in common"),
    TLS_CIPHER_MISMATCH("tls-cipher-mismatch", Stage.TLS_CLIENTHELLO, Responsible.DEVICE,
            "Client and server have no cipher suite in common"),
    PSK_IDENTITY_UNKNOWN("psk-identity-unknown", Stage.TLS_ALERT, Responsible.TENANT,
            "The pre-shared key identity is not known"),
    TLS_REJECTED_BY_CLIENT("tls-rejected-by-client", Stage.TLS_ALERT, Responsible.DEVICE,
            "The device broke off the TLS handshake with an alert"),
    HANDSHAKE_ABANDONED("handshake-abandoned", Stage.TLS_ALERT, Responsible.DEVICE,
            "The device gave up during the TLS handshake and said no reason"),
    HANDSHAKE_TIMEOUT("handshake-timeout", Stage.TLS_ALERT, Responsible.DEVICE,
            "The TLS handshake did not finish in time"),
    TLS_ENGINE_FAILED("tls-engine-failed", Stage.TLS_ALERT, Responsible.OPERATOR, "The server's TLS engine failed"),
    TLS_RECORD_TOO_BIG("tls-record-too-big", Stage.TLS_RESOURCE, Responsible.DEVICE,
            "A TLS record is larger than the device's buffer"),
    TLS_OUT_OF_MEMORY("tls-out-of-memory", Stage.TLS_RESOURCE, Responsible.DEVICE,
            "The device has too little memory for TLS"),
    TLS_SLOW_KEY("tls-slow-key", Stage.TLS_RESOURCE, Responsible.DEVICE,
            "The device computes longer than the handshake may take"),

    // TLS: certificates.
    UNTRUSTED_CA("untrusted-ca", Stage.TLS_CERT, Responsible.DEVICE,
            "The device does not trust the CA that issued the server's certificate"),
    SELF_SIGNED_CERT("self-signed-cert", Stage.TLS_CERT, Responsible.DEVICE,
            "The server's certificate is self-signed and the device does not trust it"),
    MISSING_INTERMEDIATE("missing-intermediate", Stage.TLS_CERT, Responsible.OPERATOR,
            "The server does not send the intermediate certificate"),
    EXPIRED_ROOT_CA("expired-root-ca", Stage.TLS_CERT, Responsible.DEVICE,
            "The root certificate on the device has expired"),
    CERT_EXPIRED("cert-expired", Stage.TLS_CERT, Responsible.OPERATOR, "The server's certificate has expired"),
    CERT_NOT_YET_VALID("cert-not-yet-valid", Stage.TLS_CERT, Responsible.OPERATOR,
            "The server's certificate is not valid yet"),
    CLOCK_NOT_SET("clock-not-set", Stage.TLS_CERT, Responsible.DEVICE,
            "The device's clock is wrong, so every certificate looks invalid"),
    HOSTNAME_MISMATCH("hostname-mismatch", Stage.TLS_CERT, Responsible.DEVICE,
            "The server's certificate is for another host name"),
    CERT_NO_SAN("cert-no-san", Stage.TLS_CERT, Responsible.OPERATOR,
            "The server's certificate has no subject alternative name"),
    CERT_VERIFY_FAILED("cert-verify-failed", Stage.TLS_CERT, Responsible.DEVICE,
            "The device could not verify the server's certificate"),
    WEAK_CERT_KEY("weak-cert-key", Stage.TLS_CERT, Responsible.OPERATOR,
            "A certificate's key or signature is too weak for the other side"),
    CLIENT_CERT_MISSING("client-cert-missing", Stage.TLS_CERT, Responsible.DEVICE,
            "The server asks for a client certificate and got none"),
    CLIENT_CERT_REJECTED("client-cert-rejected", Stage.TLS_CERT, Responsible.DEVICE,
            "The server does not accept the client's certificate"),
    CERT_LOAD_FAILED("cert-load-failed", Stage.CONFIG, Responsible.DEVICE, "A certificate or key could not be loaded"),
    CERT_FILE_UNREADABLE("cert-file-unreadable", Stage.CONFIG, Responsible.DEVICE,
            "A certificate or key file cannot be read"),
    TLS_NO_VERIFICATION_OPTION("tls-no-verification-option", Stage.CONFIG, Responsible.DEVICE,
            "The device was not told how to verify the server"),
    TLS_NOT_ENABLED("tls-not-enabled", Stage.CONFIG, Responsible.DEVICE, "TLS is not compiled in or not switched on"),

    // WebSocket.
    WS_TO_TCP_PORT("ws-to-tcp-port", Stage.WS_UPGRADE, Responsible.DEVICE,
            "HTTP or WebSocket arrived at a port for MQTT over TCP"),
    TCP_TO_WS_PORT("tcp-to-ws-port", Stage.WS_UPGRADE, Responsible.DEVICE,
            "MQTT over TCP arrived at a port for WebSocket"),
    WS_WRONG_PATH("ws-wrong-path", Stage.WS_UPGRADE, Responsible.DEVICE,
            "The WebSocket was asked for under the wrong path"),
    WS_SUBPROTOCOL("ws-subprotocol", Stage.WS_UPGRADE, Responsible.DEVICE,
            "The WebSocket was opened without the subprotocol \"mqtt\""),
    WS_NOT_AN_UPGRADE("ws-not-an-upgrade", Stage.WS_UPGRADE, Responsible.DEVICE,
            "An ordinary HTTP request arrived where WebSocket is served"),
    WS_INCOMPLETE("ws-incomplete", Stage.WS_UPGRADE, Responsible.DEVICE, "The WebSocket request never became complete"),
    WS_MALFORMED("ws-malformed", Stage.WS_UPGRADE, Responsible.DEVICE,
            "The WebSocket carried something that MQTT over WebSocket forbids"),

    // CONNECT.
    NO_CONNECT("no-connect", Stage.MQTT_CONNECT, Responsible.DEVICE, "The connection was made but no CONNECT followed"),
    CLOSED_BEFORE_CONNECT("closed-before-connect", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The client connected and closed before sending a CONNECT"),
    CONNECT_INCOMPLETE("connect-incomplete", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "Only a part of a CONNECT arrived"),
    NOT_MQTT_FIRST_PACKET("not-mqtt-first-packet", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The first thing that arrived is not an MQTT CONNECT"),
    PROTOCOL_VERSION_UNSUPPORTED("protocol-version-unsupported", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The client asks for an MQTT version that is not offered"),
    BRIDGE_PROTOCOL_BIT("bridge-protocol-bit", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The client is a bridge that marks itself in the protocol version"),
    MALFORMED_CONNECT("malformed-connect", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The CONNECT packet breaks the rules of MQTT"),
    CONNECT_FLAGS_NOT_ALLOWED("connect-flags-not-allowed", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The server does not allow this combination of CONNECT flags"),
    CLIENT_ID_REJECTED("client-id-rejected", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The client identifier is not acceptable"),
    CLIENT_LIBRARY_BUG("client-library-bug", Stage.MQTT_CONNECT, Responsible.DEVICE, "A defect in the client library"),
    CLIENT_LIBRARY_LIMIT("client-library-limit", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "A limit of the client library"),
    CLOSED_AFTER_CONNECT("closed-after-connect", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The connection was closed after the CONNECT and before an answer"),
    CONNACK_REFUSED_UNREAD("connack-refused-unread", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The server refused the connection and the device did not read its answer"),
    TENANT_NOT_NAMED("tenant-not-named", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "Nothing in the connection says which tenant is meant"),
    TENANT_UNKNOWN("tenant-unknown", Stage.MQTT_CONNECT, Responsible.DEVICE,
            "The user name names a tenant that does not exist"),
    POLICY_DENIED_CONNECT("policy-denied-connect", Stage.MQTT_AUTH, Responsible.TENANT,
            "A policy does not let this client connect"),

    // Authentication.
    BAD_CREDENTIALS("bad-credentials", Stage.MQTT_AUTH, Responsible.DEVICE, "User name or password is wrong"),
    CREDENTIALS_MISSING("credentials-missing", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The device sent no user name and password"),
    CREDENTIALS_NOT_ACCEPTED("credentials-not-accepted", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The credentials were not accepted"),
    NOT_AUTHORIZED("not-authorized", Stage.MQTT_AUTH, Responsible.TENANT, "The client is not authorized to connect"),
    ACCOUNT_LOCALHOST_ONLY("account-localhost-only", Stage.MQTT_AUTH, Responsible.TENANT,
            "The account may be used only from the broker's own machine"),
    TOKEN_EXPIRED("token-expired", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The token that serves as password has expired"),
    AUTH_BACKEND_FAILED("auth-backend-failed", Stage.MQTT_AUTH, Responsible.OPERATOR,
            "The credentials could not be checked"),
    AUTH_OVERLOADED("auth-overloaded", Stage.MQTT_AUTH, Responsible.OPERATOR, "Too many passwords wait to be checked"),
    AUTH_METHOD_UNSUPPORTED("auth-method-unsupported", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The client asks for an authentication method that is not offered"),
    SCRAM_KEYS_MISSING("scram-keys-missing", Stage.MQTT_AUTH, Responsible.TENANT,
            "Nothing is stored by which SCRAM could verify this user"),
    AUTH_EXCHANGE_MALFORMED("auth-exchange-malformed", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The authentication exchange does not follow its method"),
    AUTH_EXCHANGE_TIMEOUT("auth-exchange-timeout", Stage.MQTT_AUTH, Responsible.DEVICE,
            "The client did not finish the authentication exchange in time"),

    // Permissions and quotas.
    ACL_DENIED("acl-denied", Stage.MQTT_AUTHZ, Responsible.TENANT, "The user has no permission for this topic"),
    QUOTA_CONNECTIONS("quota-connections", Stage.MQTT_AUTHZ, Responsible.TENANT,
            "The tenant has reached its limit of connections"),
    QUOTA_EXCEEDED("quota-exceeded", Stage.MQTT_AUTHZ, Responsible.TENANT, "The tenant has reached one of its limits"),
    RATE_LIMITED("rate-limited", Stage.MQTT_AUTHZ, Responsible.DEVICE,
            "Too many connections or messages in a short time"),

    // The open connection.
    CLIENT_ID_COLLISION("client-id-collision", Stage.MQTT_SESSION, Responsible.DEVICE,
            "Two clients use the same client identifier and push each other out"),
    STALE_SESSION_TAKEOVER("stale-session-takeover", Stage.MQTT_SESSION, Responsible.NETWORK,
            "A newer connection with the same client identifier took over"),
    KEEPALIVE_TIMEOUT("keepalive-timeout", Stage.MQTT_SESSION, Responsible.NETWORK,
            "Nothing came from the device for 1.5 times its keep alive"),
    PACKET_TOO_LARGE("packet-too-large", Stage.MQTT_SESSION, Responsible.DEVICE,
            "A packet is larger than the server accepts"),
    CLIENT_PACKET_SIZE_TOO_SMALL("client-packet-size-too-small", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client's Maximum Packet Size is too small for an answer"),
    MALFORMED_PACKET("malformed-packet", Stage.MQTT_SESSION, Responsible.DEVICE, "A packet breaks the rules of MQTT"),
    PROTOCOL_ERROR("protocol-error", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client sent a packet that is not allowed at this point"),
    RECEIVE_MAXIMUM_EXCEEDED("receive-maximum-exceeded", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client sent more unacknowledged messages than it may"),
    TOPIC_ALIAS_INVALID("topic-alias-invalid", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client used a topic alias that is not valid"),
    TOPIC_NAME_INVALID("topic-name-invalid", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client published to something that is not a topic name"),
    TOPIC_FILTER_INVALID("topic-filter-invalid", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client subscribed to something that is not a topic filter"),
    PAYLOAD_FORMAT_INVALID("payload-format-invalid", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The payload is not what the client says it is"),
    QOS_NOT_SUPPORTED("qos-not-supported", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The server does not support this quality of service"),
    RETAIN_NOT_SUPPORTED("retain-not-supported", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The server does not support retained messages"),
    SUBSCRIPTION_NOT_SUPPORTED("subscription-not-supported", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The server does not offer this kind of subscription"),
    SLOW_CONSUMER("slow-consumer", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client receives more slowly than messages arrive for it"),
    WRITE_TIMEOUT("write-timeout", Stage.MQTT_SESSION, Responsible.NETWORK,
            "The client stopped taking what was sent to it"),
    CLOSED_WITHOUT_DISCONNECT("closed-without-disconnect", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client closed the connection without DISCONNECT"),
    CLIENT_REPORTED_ERROR("client-reported-error", Stage.MQTT_SESSION, Responsible.DEVICE,
            "The client ended the connection and reported an error"),
    CREDENTIALS_WITHDRAWN("credentials-withdrawn", Stage.MQTT_SESSION, Responsible.TENANT,
            "The user was removed or its password changed"),
    ADMINISTRATIVE_ACTION("administrative-action", Stage.MQTT_SESSION, Responsible.TENANT,
            "An administrator ended the connection"),
    TENANT_REMOVED("tenant-removed", Stage.MQTT_SESSION, Responsible.OPERATOR, "The tenant was removed"),
    SERVER_DRAINING("server-draining", Stage.MQTT_SESSION, Responsible.OPERATOR,
            "The server sends its clients away, to another server if it named one"),
    SERVER_SHUTTING_DOWN("server-shutting-down", Stage.MQTT_SESSION, Responsible.OPERATOR,
            "The server is shutting down"),
    SERVER_KILLED("server-killed", Stage.MQTT_SESSION, Responsible.OPERATOR,
            "The server ended without a word while the connection was open"),
    STORAGE_FAILED("storage-failed", Stage.MQTT_SESSION, Responsible.OPERATOR,
            "The server could not store what it had to"),
    INTERNAL_ERROR("internal-error", Stage.MQTT_SESSION, Responsible.OPERATOR,
            "A defect in the server ended the connection"),

    // Modems.
    MODEM_NO_NETWORK("modem-no-network", Stage.MODEM_NETWORK, Responsible.NETWORK,
            "The modem is not registered in a mobile network"),
    MODEM_SIM_PIN("modem-sim-pin", Stage.MODEM_NETWORK, Responsible.DEVICE,
            "The SIM card is missing or asks for a PIN"),
    MODEM_SIM_PLAN("modem-sim-plan", Stage.MODEM_NETWORK, Responsible.DEVICE,
            "The SIM card's plan does not allow this"),
    MODEM_APN_WRONG("modem-apn-wrong", Stage.MODEM_NETWORK, Responsible.DEVICE, "The access point name (APN) is wrong"),
    MODEM_PDP_NOT_ACTIVE("modem-pdp-not-active", Stage.MODEM_NETWORK, Responsible.DEVICE,
            "The modem has no data connection (PDP context)"),
    MODEM_SERIAL_BAUD("modem-serial-baud", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "The serial line to the modem garbles or loses characters"),
    MODEM_COMMAND_REJECTED("modem-command-rejected", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "The modem rejects an AT command"),
    MODEM_DATA_LOST_ON_CLOSE("modem-data-lost-on-close", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "Data that the modem had received was lost when the socket closed"),
    MODEM_DRIVER_BUG("modem-driver-bug", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "A defect in the modem driver on the device"),
    MODEM_FIRMWARE_BUG("modem-firmware-bug", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "A defect in the modem's firmware"),
    MODEM_MQTT_ALREADY_STARTED("modem-mqtt-already-started", Stage.MODEM_SOCKET, Responsible.DEVICE,
            "The modem's MQTT service is already started"),
    MODEM_TLS_HANDSHAKE_FAILED("modem-tls-handshake-failed", Stage.MODEM_TLS, Responsible.DEVICE,
            "The TLS handshake inside the modem failed"),
    UNDETERMINED("undetermined", Stage.UNDETERMINED, Responsible.DEVICE, "The evidence does not tell the cause");

    private final String id;
    private final Stage stage;
    private final Responsible who;
    private final String title;

    Cause(String id, Stage stage, Responsible who, String title) {
        this.id = id;
        this.stage = stage;
        this.who = who;
        this.title = title;
    }

    /// The cause with this [#id()].
    public static Optional<Cause> byId(String id) {
        return Arrays.stream(values()).filter(cause -> cause.id.equals(id)).findFirst();
    }

    /// The name in kebab case, as it stands in JSON, metrics and scripts.
    public String id() {
        return id;
    }

    /// Where on a connection's way the cause lies.
    public Stage stage() {
        return stage;
    }

    /// Who can do something about it.
    public Responsible who() {
        return who;
    }

    /// One sentence of at most 80 characters, without a full stop.
    public String title() {
        return title;
    }

    /// What happened and why, for a person who does not know the protocol's details.
    public String explanation() {
        return CauseTexts.of(this).explanation();
    }

    /// What to do, in the imperative. May hold placeholders such as `{host}`; [Rules] fills them.
    public String fix() {
        return CauseTexts.of(this).fix();
    }

    /// What the client may be told in a reason string: at most 200 characters, no placeholders.
    ///
    /// Whatever could tell a stranger whether a tenant or a user exists has one and the same text.
    public String wire() {
        return CauseTexts.wire(this);
    }
}

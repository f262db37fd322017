package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.Locale;

/// What wrote a log. The order decides when two are seen equally often: the narrower stands first.
enum Stack {
    GATEHOUSE("gatehouse", Side.SERVER, "gatehouse:", "on listener", "-> verdict"),
    PCAP("pcap", Side.UNKNOWN),
    ESP_MODEM("esp-modem", Side.CLIENT, "sock_dce", "sock_commands", "esp_modem", "command_lib:", "esp-modem",
            "modem_tcp_client"),
    ESPHOME("esphome", Side.CLIENT, "[mqtt:", "[mqtt.idf", "[mqtt.component", "esphome", "[C][mqtt", "[D][esp-idf:"),
    TASMOTA("tasmota", Side.CLIENT, "MQT: ", "tasmota", "BSB: "),
    TINYGSM("tinygsm", Side.CLIENT, "TinyGSM", "TinyGsm", "### Unhandled", "### Modem:"),
    QUECTEL("quectel-at", Side.CLIENT, "+QMT", "+QSSL", "+QI", "+QCFG", "AT+Q", "quectel", "BG96", "BG95", "EC25",
            "EC200", "BC66"),
    UBLOX("ublox-at", Side.CLIENT, "+UMQTT", "+UUMQTT", "+USOCO", "+USOCR", "+USECPRF", "+UUSOCL", "SARA-R", "LEXI-R"),
    SIMCOM("simcom-at", Side.CLIENT, "+CIP", "+CCH", "+CMQTT", "+CSSLCFG", "+CAOPEN", "+SMCONN", "+CNACT", "+CDNSGIP",
            "+CGDCONT",
            "simcom", "SIM7", "SIM8", "A7670", "A76", "Signal:99", "+CPSI", "+CNMP", "+NETOPEN", "+SAPBR"),
    MONGOOSE_OS("mongoose-os", Side.CLIENT, "mgos_", "mongoose", "c_mqtt"),
    ZEPHYR("zephyr", Side.CLIENT, "<err> ", "<inf> ", "net_mqtt", "zephyr"),
    MICROPYTHON("micropython", Side.CLIENT, "micropython", "umqtt", "mqtt_as", "OSError: -", "OSError: (-",
            "Bad CONNACK",
            "mpremote", "MQTTException", "ussl", "ESP32 module with"),
    WOLFSSL("wolfssl", Side.CLIENT, "wolfSSL", "wolfMQTT", "MQTT Socket Connect", "MqttClient_"),
    C_AWS("c-aws", Side.CLIENT, "iot_tls_connect", "AWS IoT SDK Version", "AWS_IO_", "aws_iot_mqtt", "aws-c-mqtt"),
    C_AZURE("c-azure", Side.CLIENT, "iothubtransport", "CONNECT | VER", "IoTHubClient", "IOTHUB_CLIENT", "xio_"),
    IOS("ios", Side.CLIENT, "OSStatus", "NSURLError", "NSStreamEvent", "CocoaMQTT", "MQTTClient[", "kCFErrorDomain",
            "kCFStream",
            "MGCDAsyncSocket", "MQTTCFSocket",
            "MQTTTransport",
            "NSOSStatusErrorDomain", "errSSL"),
    DART("dart", Side.CLIENT, "NoConnectionException", "mqtt_client", "SocketException:", "HandshakeException",
            "flutter",
            "MqttServerClient", "MqttConnectReturnCode", "MqttClientDisconnectionStatus"),
    DOTNET("dotnet", Side.CLIENT, "System.Security.Authentication", "MQTTnet", "System.Net.", "HResult",
            "Microsoft.Azure",
            "System.IO.IOException", "M2Mqtt", "SslStream", "System.AggregateException"),
    ANDROID("android", Side.CLIENT, "org.eclipse.paho.android", "AndroidRuntime", "java.security.cert",
            "com.android.org.conscrypt", "isConnected failed",
            "MqttService", "recvfrom failed", "mqtt.event."),
    RUST("rust", Side.CLIENT, "rumqtt", "Os { code:", "thread 'main' panicked", "rustls", "ConnectionError::", "tokio",
            "ConnectionRefused(", "Custom { kind:", "AlertReceived("),
    GO("go", Side.CLIENT, "x509: ", "dial tcp", "tls: ", "%!s(", "[client]", "panic:", "goroutine", "network Error",
            "MQTTPu"),
    PHP("php", Side.CLIENT, "phpmqtt", "PHP Warning", "PHP Fatal", "stream_socket_client", "Reached EOF for stream",
            "fsockopen",
            "PhpMqtt\\"),
    JAVA("java", Side.CLIENT, "javax.net.ssl", "java.net.", "java.io.", "MqttException (", "org.eclipse.paho.client",
            "sun.security", "Caused by:", "com.hivemq.client", "org.eclipse.paho.mqttv5", "java.lang",
            "software.amazon.awssdk",
            "io.netty.handler.ssl"),
    BROWSER("browser", Side.CLIENT, "WebSocket connection to", "net::ERR_", "AMQJS", "mqttws31", "Firefox can",
            "ERR_CERT_",
            "ReconnectingWebSocket"),
    NODEJS("nodejs", Side.CLIENT, "MQTT.js", "node_modules", "ENOTFOUND", "ECONNREFUSED", "TLSSocket", "TCPConnectWrap",
            "getaddrinfo E",
            "syscall:", "Zigbee2MQTT", "mqttjs", "ERR_TLS", "events.js", "node:internal", "ECONNRESET", "EPROTO"),
    PYTHON("python", Side.CLIENT, "Traceback (most recent", "paho.mqtt", "paho/mqtt", "[Errno", "_ssl.c", "[SSL: ",
            "ssl.SSL", "homeassistant",
            "gmqtt", "aiomqtt", "File \"", "asyncio_mqtt", "result code", "ConnectionRefusedError", "WinError"),
    ESP_IDF("esp-idf", Side.CLIENT, "esp-tls", "MQTT_CLIENT:", "mqtt_client:", "TRANSPORT_BASE", "TRANS_SSL",
            "esp_mqtt", "MQTT_EVENT",
            "[MQTT INFO]", "[MQTT WARN]", "wifi:", "esp-x509-crt-bundle", "MQTTmbedtls", "mbedtls: ssl", "esp_tls"),
    ARDUINO("arduino", Side.CLIENT, "Attempting MQTT connection", "rc=", "WiFiClient", "PubSubClient", "BearSSL",
            "Arduino",
            "ssl_client.cpp", "WiFiGeneric", "client.state()", "hostByName", "SSLClient", "[E][", "TCP_DISCONNECTED",
            "with state", "MQTT_CONNECTION_TIMEOUT", "MQTT_CONNECT_"),
    HAPROXY("haproxy", Side.SERVER, "haproxy", "<NOSRV>", "1: SSL handshake failure", "has no server available"),
    NGINX("nginx", Side.SERVER, "nginx", "while connecting to upstream", "#0: *", "upstream: \"",
            "SSL_do_handshake() failed",
            "proxy_read_timeout", "while SSL handshaking"),
    EMQX("emqx-broker", Side.SERVER, "emqx", "peername: ", "[Channel]", "[MQTT] SEND", "[Session]", "esockd",
            "mfa: emqx",
            ", clientid: ", "tls_alert"),
    HIVEMQ("hivemq-broker", Side.SERVER, "com.hivemq.bootstrap", "com.hivemq.extension", "com.hivemq.mqtt", "hivemq -",
            "was disconnected. reason", "HiveMQ Server",
            "event.log"),
    VERNEMQ("vernemq-broker", Side.SERVER, "vmq_", "vernemq"),
    RABBITMQ("rabbitmq-broker", Side.SERVER, "rabbit", "<0.", "accepting MQTT connection", "MQTT connection <"),
    MOSQUITTO_BRIDGE("mosquitto-bridge", Side.SERVER, "Connecting bridge", "creating bridge", "bridge connection",
            "bridge_", "mqtt bridge", "mosquitto bridge",
            "bridge client", "bridge config", "try_private"),
    MOSQUITTO_BROKER("mosquitto-broker", Side.SERVER, "New connection from", "mosquitto version", "Opening ipv4 listen",
            "New client connected from",
            "Socket error on client", "Denied PUBLISH", "mosquitto[", "already connected, closing",
            "exceeded timeout, disconnecting",
            "Sending CONNACK to", "Starting in local only mode", "mosca", "aedes", "hbmqtt", "OpenSSL Error"),
    MOSQUITTO_CLI("mosquitto-cli", Side.CLIENT, "mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "sending CONNECT",
            "Error: ", "received CONNACK",
            "A TLS error occurred", "Subscribed (mid"),
    OPENSSL("openssl", Side.CLIENT, "s_client", "CONNECTED(0000", "Verify return code",
            "verify error:num",
            ":SSL routines:"),
    CURL("curl", Side.CLIENT, "curl: ("),
    UNKNOWN("unknown", Side.UNKNOWN);

    private final String id;
    private final Side side;
    /// One per line.
    private final String markers;

    Stack(String id, Side side, String... markers) {
        this.id = id;
        this.side = side;
        this.markers = String.join("\n", markers).toLowerCase(Locale.ROOT);
    }

    /// The name in JSON.
    String id() {
        return id;
    }

    /// Whose log it usually is.
    Side side() {
        return side;
    }

    /// Literals that it prints, without regard to case.
    List<String> markers() {
        return markers.lines().toList();
    }

    boolean isModem() {
        return switch (this) {
            case ESP_MODEM, TINYGSM, QUECTEL, SIMCOM, UBLOX -> true;
            default -> false;
        };
    }

    /// Runs on a small device that is never the broker's machine.
    boolean isDevice() {
        return switch (this) {
            case ESP_MODEM, ESPHOME, TASMOTA, TINYGSM, QUECTEL, SIMCOM, UBLOX, MONGOOSE_OS, ZEPHYR, MICROPYTHON,
                    ESP_IDF,
                    ARDUINO, IOS,
                    ANDROID ->
                true;
            default -> false;
        };
    }

    /// A program that makes TLS connections without a server name unless told otherwise.
    boolean mayOmitServerName() {
        return switch (this) {
            case ESP_MODEM, TINYGSM, QUECTEL, SIMCOM, UBLOX, MICROPYTHON, WOLFSSL, ZEPHYR, MONGOOSE_OS, C_AZURE, C_AWS,
                    ARDUINO ->
                true;
            default -> false;
        };
    }
}

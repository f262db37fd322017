package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.mqtt.Version;

/// The same connection in the words of each stack, with this broker's host, port, path and server name filled in.
///
/// Passwords are never printed, and where none is needed there is no place for one. Where the server demands a client
/// certificate, its place and that of its key are there, as the files `client.crt` and `client.key`. A host or user name
/// that could break out of a string literal stays a placeholder.
final class Snippets {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/?=&+-]{0,200}");

    private final MqttUrl.Scheme scheme;
    private final String host;
    private final int port;
    private final String path;
    private final @Nullable String user;
    private final String name;
    private final String dialled;
    private final boolean has5;
    private final boolean only5;
    private final boolean certificate;

    private Snippets(Plan plan, boolean credentials, boolean certificate, List<Version> versions) {
        scheme = plan.url().scheme();
        host = harmless(plan.url().host(), "HOST");
        port = plan.url().port();
        path = harmless(plan.url().path().isEmpty() ? "" : plan.url().path().substring(1), "mqtt");
        user = plan.userName() != null ? harmless(plan.userName(), "USER") : credentials ? "USER" : null;
        String sent = plan.nameToSend();
        name = sent == null ? host : harmless(sent, host);
        // Most clients send the name that they dial.
        dialled = scheme.encrypted() ? name : host;
        has5 = versions.contains(Version.MQTT_5);
        only5 = has5 && !versions.contains(Version.MQTT_3_1_1);
        this.certificate = certificate;
    }

    private static String harmless(String text, String instead) {
        return HARMLESS.matcher(text).matches() ? text : instead;
    }

    /// By the stack's name, in a fixed order.
    static Map<String, String> of(Plan plan, Needs needs) {
        // A server that asks for a certificate and does without one demands none.
        boolean certificate = needs.clientCertificate() && plan.clientCertificate() != null;
        return new Snippets(plan, needs.credentials().orElse(true), certificate, needs.mqttVersions()).all();
    }

    private Map<String, String> all() {
        Map<String, String> snippets = new LinkedHashMap<>();
        snippets.put("ESP-IDF (esp-mqtt, its own transport)", espIdf());
        if (scheme == MqttUrl.Scheme.MQTTS) {
            snippets.put("ESP-IDF (custom transport, for example AT commands of a modem)", espIdfCustom());
        }
        if (!scheme.webSocket() && !only5) {
            snippets.put("Arduino (ESP32, PubSubClient)", arduino());
            snippets.put("SIMCom A76xx (MQTT inside the modem)", simcom());
        }
        if (!scheme.webSocket() || path.equals("mqtt")) {
            snippets.put("mosquitto_sub" + (scheme.webSocket() ? " (2.1 and later)" : ""), mosquitto());
        }
        snippets.put("Python (paho-mqtt 2)", python());
        snippets.put("Node (MQTT.js)", node());
        snippets.put("Java (HiveMQ client)", java());
        return snippets;
    }

    private String url() {
        return scheme + "://" + (dialled.indexOf(':') >= 0 ? "[" + dialled + "]" : dialled) + ":" + port
                + (scheme.webSocket() ? "/" + path : "");
    }

    private String espIdf() {
        List<String> fields = new ArrayList<>();
        fields.add(".broker.address.uri = \"" + url() + "\",");
        if (scheme.encrypted()) {
            fields.add(".broker.verification.certificate = root_pem,  // the server name (SNI) is the URI's host");
        }
        if (only5) {
            fields.add(".session.protocol_ver = MQTT_PROTOCOL_V_5,");
        }
        if (user != null) {
            fields.addAll(espIdfCredentials());
        }
        if (certificate) {
            fields.add(".credentials.authentication.certificate = client_crt,");
            fields.add(".credentials.authentication.key = client_key,");
        }
        return "esp_mqtt_client_config_t config = {\n    " + String.join("\n    ", fields) + "\n};\n"
                + "esp_mqtt_client_start(esp_mqtt_client_init(&config));\n";
    }

    private List<String> espIdfCredentials() {
        return List.of(".credentials.username = \"" + user + "\",",
                ".credentials.authentication.password = PASSWORD,");
    }

    private String espIdfCustom() {
        return """
                // A custom transport does not get the URI's host: without the third line no server name (SNI) is sent.
                esp_transport_handle_t tls = esp_transport_tls_init(at_transport);
                mbedtls_ssl_set_hostname(&tls_context, "%1$s");  // in the transport's own mbedTLS set-up
                // or, with esp_transport_ssl: esp_transport_ssl_set_common_name(tls, "%1$s");
                %2$sesp_mqtt_client_config_t config = {
                    .broker.address.uri = "%3$s",
                    .broker.verification.certificate = root_pem,
                    .network.transport = tls,%4$s
                };
                """.formatted(name, certificate
                ? """
                        mbedtls_ssl_conf_own_cert(&tls_config, &client_certificate, &client_key);  // there too
                        // or, with esp_transport_ssl:
                        //   esp_transport_ssl_set_client_cert_data(tls, client_crt, strlen(client_crt));
                        //   esp_transport_ssl_set_client_key_data(tls, client_key, strlen(client_key));
                        """
                : "", url(), user == null ? "" : "\n    " + String.join("\n    ", espIdfCredentials()));
    }

    private String arduino() {
        String credentials = user == null ? "" : ", \"" + user + "\", PASSWORD";
        return scheme.encrypted()
                ? """
                        WiFiClientSecure net;
                        net.setCACert(root_pem);
                        %sPubSubClient mqtt(net);
                        mqtt.setServer("%s", %d);        // a name, not an address: it becomes the server name (SNI)
                        mqtt.setBufferSize(1024);
                        mqtt.connect("device-1"%s);
                        """.formatted(
                        certificate ? "net.setCertificate(client_crt);\nnet.setPrivateKey(client_key);\n" : "",
                        dialled, port, credentials)
                : """
                        WiFiClient net;
                        PubSubClient mqtt(net);
                        mqtt.setServer("%s", %d);
                        mqtt.connect("device-1"%s);
                        """.formatted(host, port, credentials);
    }

    private String simcom() {
        return (scheme.encrypted() ? """
                AT+CCERTDOWN="root.pem",LENGTH        then the PEM, LENGTH bytes of it
                %sAT+CSSLCFG="sslversion",0,4
                AT+CSSLCFG="authmode",0,%d
                AT+CSSLCFG="cacert",0,"root.pem"
                %sAT+CSSLCFG="enableSNI",0,1
                AT+CMQTTSTART
                AT+CMQTTACCQ=0,"device-1",1
                AT+CMQTTSSLCFG=0,0
                """.formatted(certificate ? """
                AT+CCERTDOWN="client.pem",LENGTH      client.crt in the same way
                AT+CCERTDOWN="clientkey.pem",LENGTH   client.key in the same way
                """ : "", certificate ? 2 : 1, certificate ? """
                AT+CSSLCFG="clientcert",0,"client.pem"
                AT+CSSLCFG="clientkey",0,"clientkey.pem"
                """ : "") : """
                AT+CMQTTSTART
                AT+CMQTTACCQ=0,"device-1",0
                """) + "AT+CMQTTCONNECT=0,\"tcp://%s:%d\",60,1%s\n".formatted(dialled, port,
                user == null ? "" : ",\"" + user + "\",\"PASSWORD\"");
    }

    private String mosquitto() {
        return "mosquitto_sub -h " + dialled + " -p " + port + (scheme.webSocket() ? " --ws" : "")
                + (only5 ? " -V mqttv5" : "") + (scheme.encrypted() ? " --cafile root.pem" : "")
                + (certificate ? " --cert client.crt --key client.key" : "")
                + (user == null ? "" : " -u " + user + " -P \"$PASSWORD\"") + " -t '#' -v\n";
    }

    private String python() {
        return "import " + (user == null ? "" : "os, ")
                + "paho.mqtt.client as mqtt\nclient = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2"
                + (only5 ? ", protocol=mqtt.MQTTv5" : "")
                + (scheme.webSocket() ? ", transport=\"websockets\"" : "") + ")\n"
                + (scheme.webSocket() ? "client.ws_set_options(path=\"/" + path + "\")\n" : "")
                + (scheme.encrypted()
                        ? "client.tls_set(ca_certs=\"root.pem\"" + (certificate
                                ? ", certfile=\"client.crt\", keyfile=\"client.key\""
                                : "") + ")\n"
                        : "")
                + (user == null ? "" : "client.username_pw_set(\"" + user + "\", os.environ[\"PASSWORD\"])\n")
                + "client.on_connect = lambda client, userdata, flags, reason, properties: print(reason)\n"
                + "client.connect(\"" + dialled + "\", " + port + ")\nclient.loop_forever()\n";
    }

    private String node() {
        List<String> options = new ArrayList<>();
        if (only5) {
            options.add("protocolVersion: 5");
        }
        if (scheme.encrypted()) {
            options.add("ca: fs.readFileSync('root.pem'), servername: '" + name + "'");
        }
        if (certificate) {
            options.add("cert: fs.readFileSync('client.crt'), key: fs.readFileSync('client.key')");
        }
        if (user != null) {
            options.add("username: '" + user + "', password: process.env.PASSWORD");
        }
        return "const mqtt = require('mqtt')" + (scheme.encrypted() ? ", fs = require('fs')" : "")
                + ";\nconst client = mqtt.connect('" + url() + "'"
                + (options.isEmpty() ? "" : ", {\n  " + String.join(",\n  ", options) + "}")
                + ");\nclient.on('connect', () => console.log('connected'));\nclient.on('error', console.error);\n";
    }

    private String java() {
        return new JavaSnippet(has5 ? 5 : 3, dialled, port, scheme.webSocket() ? path : null, user, scheme.encrypted(),
                certificate).text();
    }
}

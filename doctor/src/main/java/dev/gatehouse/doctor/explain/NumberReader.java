package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds numeric codes in a line and says what they mean; the line's form tells which table a number belongs to.
final class NumberReader {
    private static final int RESERVED = 6;
    private static final int REASON_CODES_FROM = 128;

    /// @param form its first group is the number, with or without `0x`
    /// @param without lines that match this hold no such number
    /// @param hex the digits are hexadecimal, without `0x`
    private record Extract(Form form, Pattern without, String table, IntUnaryOperator number, boolean hex) {
        static Extract of(String literals, String form, String table) {
            return new Extract(Form.of(literals, form), NEVER, table, n -> n, false);
        }

        static Extract hex(String literals, String form, String table) {
            return new Extract(Form.of(literals, form), NEVER, table, n -> n, true);
        }

        static Extract negative(String literals, String form, String table) {
            return new Extract(Form.of(literals, form), NEVER, table, n -> -n, false);
        }

        Extract except(String lines) {
            return new Extract(form, Pattern.compile(lines), table, number, hex);
        }
    }

    private static final Pattern NEVER = Pattern.compile("(?!)");
    private static final String TLS_LINE = "(?i)(?:ssl|tls|handshake|x509|crt|certificate|oserror|mbed|pk_)";

    private static final List<Extract> EXTRACTS = List.of(
            Extract.hex("-0x", "-0x([0-9a-fA-F]{4})\\b", "mbedtls"),
            Extract.hex("-0x00", "-0x00([0-9a-fA-F]{2})\\b", "mbedtls"),
            Extract.hex("handshake", "TLS handshake error: -([0-9a-f]{2,4})\\b", "mbedtls"),
            Extract.hex("tls_connect", "TLS_Connect fail \\(0x([0-9a-fA-F]{4})", "mbedtls"),
            Extract.of("0x", "(?i)(?:tls.stack|mbedtls|stack error|stack_err)[^0-9]{0,40}(0x[0-9a-f]{2,4})\\b",
                    "mbedtls"),
            Extract.of("-", TLS_LINE + ".{0,80}?[ (:=]-(\\d{2,5})\\b(?!\\.)", "mbedtls")
                    .except("(?i)osstatus|wolf|rc=-\\d\\b"),
            Extract.of("0x",
                    "(?i)(?:esp[-_]?tls|last error code|transport|last_esp_err).{0,60}?(0x8\\d[0-9a-f]{2}|0x101)\\b",
                    "esp-tls"),
            Extract.of(
                    "32",
                    "(?i)(?:reported from esp-tls|esp-tls error|new connection|last_esp_err).{0,12}?\\b(32\\d{3})\\b",
                    "esp-tls"),
            Extract.negative("-", "(?i)\\b(?:rc|state(?:\\(\\))?)\\s*[=:]?\\s*-([1-5])\\b", "pubsubclient"),
            Extract.negative("code", "(?i)\\berror code ?= ?-([1-2])\\b", "arduino-mqtt-client"),
            Extract.negative("lasterror", "(?i)lasterror(?:\\(\\))?\\D{0,4}-(\\d{1,2})\\b", "lwmqtt"),
            Extract.of("disconnect", "(?i)\\breceived DISCONNECT \\((\\d{3})\\)", "reason-5"),
            Extract.of("disconnect", "(?i)\\bDISCONNECT\\b.{0,40}?reason ?code\\W{1,3}((?:0x)?[0-9a-f]{2,3})\\b",
                    "reason-5"),
            Extract.of("disconnect", "(?i)disconnect\\w*.{0,40}?(?:rc|code)\\s*[=:]?\\s*\\(?(\\d{1,2})\\b",
                    "libmosquitto"),
            Extract.of("disconnected", "Disconnected from MQTT server \\S+ \\((\\d{1,2})\\)", "libmosquitto"),
            Extract.of("loop mosquitto_",
                    "(?i)\\b(?:loop|mosquitto_\\w+)\\W.{0,40}?(?:rc|code|returned)\\s*[=:]?\\s*(\\d{1,2})\\b",
                    "libmosquitto"),
            Extract.negative("fail reason", "(?i)(?:connect(?:ion)? fail\\w*|failed|reason)\\W{1,6}-([1-5])\\b",
                    "nodemcu"),
            Extract.negative("tls", "(?i)TLS connection error: -(\\d{4})\\b", "tasmota-tls"),
            Extract.negative("mqttasync_ start", "(?:MQTTAsync_\\w+|(?i:to start connect)).{0,40}?-(\\d{1,2})\\b",
                    "paho-c-async"),
            Extract.negative("mqttclient_ return",
                    "(?:MQTTClient_\\w+|Failed to connect, return code).{0,40}?-(\\d{1,2})\\b", "paho-c"),
            Extract.of("winerror", "(?i)WinError (\\d{5})", "windows"),
            Extract.of("100 11001", "(?i)(?:socket ?error|error code|\\berror)\\D{0,12}\\b(100[56]\\d|11001)\\b",
                    "windows"),
            Extract.hex("0x80090", "(?i)\\b0x80090(3[0-9a-f]{2})\\b", "schannel"),
            Extract.negative("-98", "(?i)OSStatus.{0,20}?-(98\\d\\d)\\b", "osstatus"),
            Extract.negative("cfstream",
                    "(?i)CFStreamErrorDomainSSL.{0,40}?-(98\\d\\d)\\b|kCFStreamErrorCodeKey=-(98\\d\\d)",
                    "osstatus"),
            Extract.negative("wolf", "(?i)wolf.{0,80}?-(\\d{3})\\b", "wolfssl"),
            Extract.negative("err", "(?i)\\berr(?:or)? ?=? ?-(\\d{3})\\b", "wolfssl").except("(?i)mbed|esp-tls|rc="),
            Extract.of("verify", "(?i)verify error:num=(\\d+)", "x509-verify"),
            Extract.of("verify", "(?i)Verify return code: (\\d+)", "x509-verify"),
            Extract.of("mqttexception", "MqttException.{0,60}?\\((\\d{1,5})\\)", "paho-java"),
            Extract.of("mqttexception", "(?i)MqttException.{0,40}?(?:reason|code)\\D{0,4}(\\d{1,5})\\b", "paho-java"),
            Extract.of("(32", "\\((32\\d{3})\\)", "paho-java"),
            Extract.of("netread", "NetRead: Error (\\d{2,3})\\b", "errno-lwip"),
            Extract.of(
                    "<err> <wrn> <inf> <dbg>",
                    "(?i)<(?:err|wrn|inf|dbg)>.{0,80}?(?:connect|mqtt|cloud|socket|send|recv|poll).{0,60}?[ :=(,]-(\\d{2,3})\\b",
                    "errno-lwip").except("(?i)getaddrinfo|resolve|handshake error"),
            Extract.of("oserror", "OSError: \\(?-?(1[0-2]\\d)\\b", "errno-lwip"),
            Extract.of("rawvalue", "(?i)ConnAck\\w*\\(rawValue: (\\d{1,3})\\)", "connack-3"),
            // a signed byte
            new Extract(Form.of("rawvalue", "(?i)CONNACKReasonCode\\(rawValue: -(\\d{1,3})\\)"), NEVER, "reason-5",
                    n -> 256 - n, false));

    private static final Form BEARSSL = Form.of("ssl tls br_",
            "(?i)(?:bearssl|tls connection error|last ssl error|ssl_?error|br_).{0,40}?\\b(\\d{1,3})\\b");
    private static final Form ERRNO = Form.of("errno", "(?i)errno\\W{0,5}(\\d{1,3})\\b");
    private static final Pattern NAMED_ERRNO = Pattern.compile("\\[Errno \\d+\\] E[A-Z]{3,}");
    private static final Pattern LWIP_LINE = Pattern.compile(
            "(?i)esp|mqtt_client|transport|sock=|wifi|ssl_client|captured|sock_dce|lwip|fd \\d+");
    private static final Form FLAGS = Form.of("0x",
            "(?i)(?:flags|verify_result|verification result)\\W{0,6}(0x[0-9a-f]{1,8})\\b");

    private static final List<Form> CONNACK = List.of(
            Form.of("with",
                    "(?i)connected with (?:result|return|rc|reason)?\\W{0,2}(?:code)?\\s*[:=]?\\s*(\\d{1,3})\\b"),
            Form.of("connack",
                    "(?i)connack.{0,60}?(?:code|rc|reason|result)\\w*\\s*[:=(]?\\s*\\(?((?:0x)?[0-9a-f]{1,3})\\b"),
            Form.of("code", "(?i)(?:return|reason|result|connect)[ _]?code\\s*(?:is|was|=|:)?\\s*[:=(]?\\s*\\(?"
                    + "((?:0x)?[0-9a-f]{1,3})\\b"),
            Form.of("refuse", "(?i)connection refuse\\w*[^0-9]{0,30}?\\b((?:0x)?[0-9a-f]{1,3})\\b"),
            Form.of("connect",
                    "(?i)connect(?:ion)? (?:failed|refused|error)\\D{0,20}\\b(?:rc|code|error)\\s*[=:]?\\s*(\\d{1,3})\\b"),
            Form.of("connack", "(?i)connack (?:error|failed|refused|returned)\\W{0,3}(\\d{1,3})\\b"),
            Form.of("returned", "(?i)mqtt.{0,10}connect(?:ion)? returned (\\d)\\b"),
            Form.of("rc", "(?i)\\brc\\s*[=:]?\\s*(\\d{1,3})\\b"),
            Form.of("state", "(?i)\\bstate(?:\\(\\))?\\s*[=:]?\\s*([1-5])\\b"),
            Form.of("connack", "Sending CONNACK to \\S+ \\(\\d+, (\\d{1,3})"),
            Form.of("connack", "received CONNACK \\((\\d{1,3})"),
            Form.of("mqttexception", "MQTTException: (\\d{1,3})\\b"),
            Form.of("connack", "\\[CONNACK\\] (0x[0-9a-fA-F]{1,2})\\b"),
            Form.of("connack", "\\bConnack return code:? ?(\\d{1,3})\\b"),
            Form.of("connack", "(?i)\\bCONNACK[ :=(]{1,3}(\\d{1,3})\\)?\\s*$"),
            Form.of("connection_refused", "(?i)CONNECTION_REFUSED, code (0x\\d)\\b"),
            Form.of("<2002000", "(?i)<2002000([0-5])>"),
            Form.of("0x00", "\\b0x00 0x0([1-5])\\b"),
            Form.of("x02", "(?:\\\\x20| )\\\\x02\\\\x00\\\\x([0-9a-f]{2})"),
            Form.of("20", "(?i)\\b20 ?02 ?00 ?(0[0-5])\\b"));
    private static final Pattern NOT_CONNACK = Pattern.compile(
            "(?i)disconnect|create|suback|puback|pubrec|http|subscrib|publish|exit code|status code|error code:? ?0x|loop|unexpected dis"
                    + "|esp-tls|tls stack|websocket|response code: \\d{3}|verify return|state: (?:ip|tcp|connect)|client state|"
                    + "error code(?:s)? reported");
    /// Where in a source file something happened: no code.
    private static final Pattern POSITION = Pattern
            .compile(
                    "(?i)\\bline:? ?\\d+\\b|connect\\(2\\)|\\.(?:php|py|js|ts|java|kt|c|cc|cpp|cs|go|rs|rb|erl|dart|swift|lua):\\d+\\b");
    private static final Pattern CONNECT_LINE = Pattern.compile(
            "(?i)connect|connack|mqtt|refus|^\\W*fail|broker|^\\W*rc ?=|\\\\x02|20 ?02 ?00|return code|result code|reason code");

    private NumberReader() {}

    /// All forms that numbers are found by.
    static List<Form> forms() {
        return Stream.of(EXTRACTS.stream().map(Extract::form), CONNACK.stream(), Stream.of(BEARSSL, ERRNO, FLAGS))
                .flatMap(forms -> forms).toList();
    }

    static void read(Line line, String lower, Ledger ledger) {
        String text = line.text();
        for (Extract extract : EXTRACTS) {
            Matcher found = extract.form().find(text, lower);
            if (found != null && !extract.without().matcher(text).find()) {
                String digits = found.group(1) == null && found.groupCount() > 1 ? found.group(2) : found.group(1);
                if (digits != null) {
                    number(extract.hex() ? "0x" + digits : digits, extract, line, ledger);
                }
            }
        }
        errno(line, lower, ledger);
        bearssl(line, lower, ledger);
        Matcher flags = FLAGS.find(text, lower);
        if (flags != null) {
            long bits = Long.decode(flags.group(1));
            if (bits > 0 && bits < 1 << 20
                    && text.toLowerCase(java.util.Locale.ROOT).matches(".*(verif|cert|tls|x509).*")) {
                flags(line, (int) bits, ledger);
            }
        }
        connack(line, lower, ledger);
    }

    private static void number(String digits, Extract extract, Line line, Ledger ledger) {
        int number = extract.number().applyAsInt(decode(digits));
        if (extract.table().equals("arduino-mqtt-client")) {
            // ArduinoMqttClient: -2 no connection, -1 no CONNACK in time, the signs of PubSubClient with other numbers.
            decoded("pubsubclient", number == -2 ? -2 : -4, line, ledger);
            return;
        }
        if (extract.table().equals("paho-java") && number > REASON_CODES_FROM && number < 256) {
            decoded("reason-5", number, line, ledger);
            return;
        }
        decoded(extract.table(), number, line, ledger);
    }

    private static int decode(String digits) {
        String plain = digits.startsWith("0x") || digits.startsWith("0X")
                ? digits
                : digits.replaceFirst("^0+(?=\\d)", "");
        try {
            return Integer.decode(plain);
        } catch (NumberFormatException tooLong) {
            return Integer.MIN_VALUE;
        }
    }

    static void decoded(String table, int number, Line line, Ledger ledger) {
        Codes.of(table, number).ifPresent(code -> {
            ledger.add(new Observation.Decoded(line, code));
            Sign sign = code.sign();
            if (sign != null) {
                ledger.add(
                        new Observation.Said(line, sign, code.table() + ' ' + code.number() + ": " + code.meaning()));
            }
        });
    }

    private static void flags(Line line, int bits, Ledger ledger) {
        ledger.add(new Observation.Flags(line, bits));
        for (int bit = 1; bit < 1 << 20; bit <<= 1) {
            if ((bits & bit) != 0) {
                decoded("verify-flags", bit, line, ledger);
            }
        }
    }

    private static void errno(Line line, String lower, Ledger ledger) {
        Matcher found = ERRNO.find(line.text(), lower);
        if (found != null) {
            int number = decode(found.group(1));
            if (NAMED_ERRNO.matcher(line.text()).find()) {
                return; // the name says more than a number that differs from system to system
            }
            boolean lwip = !line.text().contains("[Errno") && LWIP_LINE.matcher(line.text()).find();
            decoded(lwip ? "errno-lwip" : "errno-linux", number, line, ledger);
        }
    }

    /// BearSSL: 256 and up is an alert that came, 512 and up one that was sent.
    private static void bearssl(Line line, String lower, Ledger ledger) {
        Matcher found = BEARSSL.find(line.text(), lower);
        if (found != null) {
            int number = decode(found.group(1));
            if (number >= 512) {
                AlertReader.alert(line, number - 512, Side.CLIENT, ledger);
            } else if (number >= 256) {
                AlertReader.alert(line, number - 256, Side.SERVER, ledger);
            } else {
                decoded("bearssl", number, line, ledger);
            }
        }
    }

    private static void connack(Line line, String lower, Ledger ledger) {
        String text = POSITION.matcher(line.text()).replaceAll("");
        if (NOT_CONNACK.matcher(text).find() || !CONNECT_LINE.matcher(text).find()) {
            return;
        }
        for (Form form : CONNACK) {
            Matcher found = form.find(text, lower);
            if (found != null) {
                String digits = found.group(1);
                int number = form.pattern().pattern().contains("\\\\x02")
                        ? Integer.parseInt(digits, 16)
                        : decode(digits);
                if (number >= REASON_CODES_FROM && number < 256) {
                    decoded("reason-5", number, line, ledger);
                } else if (number >= RESERVED && number < 20
                        && text.toLowerCase(java.util.Locale.ROOT).contains("connack")) {
                    decoded("connack-3", RESERVED, line, ledger);
                } else if (number >= 0 && number < RESERVED) {
                    decoded("connack-3", number, line, ledger);
                }
                return;
            }
        }
    }
}

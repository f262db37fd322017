package dev.gatehouse.doctor.explain;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Follows the dialogue with a modem: commands, answers, results, and what their numbers say.
///
/// - **Memory:** the last command, because `ERROR` means something only together with it.
final class AtReader {
    private static final Pattern COMMAND = Pattern.compile("(?i)\\bAT([+#$*%][A-Z]+)((?:=|\\?).{0,600})?");
    private static final Pattern ANSWER = Pattern
            .compile("(?:^|[^A-Za-z0-9\"T])([+*][A-Z]{2,}[A-Z_]*(?: ERROR)?): ?(.{0,600})");
    /// An answer whose colon arrived as another character.
    private static final Pattern GARBLED = Pattern.compile("\\+[A-Z]{3,}[a-z0-9] \\d.{0,100}");
    private static final Pattern FIRST_NUMBER = Pattern.compile("-?\\d{1,6}");
    private static final Pattern SIGNAL = Pattern.compile("(?i)^(?:>? ?signal(?: quality)?|csq):? ?(\\d{1,2})\\b");
    private static final Pattern TCP = Pattern.compile(
            "\"?(?:TCP|SSL)\"?, ?\"([^\"]{0,200})\", ?\"?(\\d{1,5})|,\"([^\"]{3,200})\", ?(\\d{2,5})|\"(?:tcp|ssl)://([^:\"]{1,200}):(\\d{1,5})");

    /// Which table the number of an answer belongs to.
    private static final Map<String, String> TABLES = Map.ofEntries(Map.entry("+CMQTTSTART", "cmqtt"),
            Map.entry("+CMQTTACCQ", "cmqtt"), Map.entry("+CMQTTCONNECT", "cmqtt"), Map.entry("+CMQTTSUB", "cmqtt"),
            Map.entry("+CMQTTPUB", "cmqtt"), Map.entry("+CMQTTREL", "cmqtt"), Map.entry("+CMQTTDISC", "none"),
            Map.entry("+CMQTTCONNLOST", "cmqttconnlost"), Map.entry("+CCHOPEN", "cch"), Map.entry("+CCHSEND", "cch"),
            Map.entry("+CCH_RECV_CLOSED", "cch"), Map.entry("+CIPOPEN", "cip"), Map.entry("+NETOPEN", "netopen"),
            Map.entry("+CIPERROR", "cip"), Map.entry("+QMTOPEN", "qmtopen"), Map.entry("+QMTSTAT", "qmtstat"),
            Map.entry("+QIOPEN", "quectel"), Map.entry("+QSSLOPEN", "quectel"), Map.entry("+QIGETERROR", "quectel"),
            Map.entry("+CME ERROR", "cme"));

    private String command = "";
    private String arguments = "";

    void read(Line line, Ledger ledger) {
        String text = line.text().strip();
        Matcher sent = COMMAND.matcher(text);
        if (sent.find()) {
            command = sent.group(1).toUpperCase(Locale.ROOT);
            arguments = sent.group(2) == null ? "" : sent.group(2);
            ledger.add(new Observation.AtCommand(line, command, arguments));
            target(line, ledger);
            if (arguments.endsWith(" ERROR")) {
                ledger.add(new Observation.AtResult(line, false, "ERROR"));
                failed(line, ledger);
            }
            return;
        }
        if (text.equals("OK") || text.equals("ERROR")) {
            ledger.add(new Observation.AtResult(line, text.equals("OK"), text));
            if (text.equals("ERROR")) {
                failed(line, ledger);
            }
            return;
        }
        Matcher answer = ANSWER.matcher(text);
        if (answer.find()) {
            answered(line, answer.group(1), answer.group(2).strip(), ledger);
            return;
        }
        if (GARBLED.matcher(text).matches()) {
            said("answer-garbled", line, text, ledger);
            return;
        }
        Matcher signal = SIGNAL.matcher(text);
        if (signal.find()) {
            strength(line, Integer.parseInt(signal.group(1)), ledger);
        } else if (text.contains("CLOSE OK") || text.contains("CONNECT FAIL") || text.contains("SEND FAIL")) {
            ledger.add(new Observation.AtResult(line, false, text));
            if (text.contains("CLOSE OK") && command.equals("+CIPSTART")) {
                said("modem-open-failed", line, "closed right after AT+CIPSTART", ledger);
            }
        }
    }

    private void target(Line line, Ledger ledger) {
        switch (command) {
            case "+CIPSTART", "+CIPOPEN", "+CCHOPEN", "+QMTOPEN", "+QIOPEN", "+QSSLOPEN", "+CMQTTCONNECT", "+CAOPEN",
                    "+UMQTT", "+USOCO",
                    "+SMCONF" -> {
                Matcher found = TCP.matcher(arguments);
                if (found.find()) {
                    int group = found.group(1) != null ? 1 : found.group(3) != null ? 3 : 5;
                    boolean inside = command.equals("+CCHOPEN") && !arguments.endsWith(",1");
                    TargetReader.add(line, found.group(group), found.group(group + 1), inside ? "mqtts" : "", ledger);
                }
            }
            default -> {
                // dials nothing
            }
        }
    }

    /// Whether the last command only tidies up: it fails when there is nothing to close.
    private boolean closesOnly() {
        return switch (command) {
            case "+CIPCLOSE", "+CCHCLOSE", "+CMQTTDISC", "+CMQTTREL", "+CMQTTSTOP", "+NETCLOSE", "+CIPSHUT",
                    "+QMTCLOSE", "+QMTDISC", "+QSSLCLOSE", "+USOCL",
                    "+CNACT", "+CACLOSE", "+CCHSTOP", "+SMDISC", "+SAPBR", "+QICLOSE" ->
                true;
            default -> false;
        };
    }

    private void failed(Line line, Ledger ledger) {
        String sign = switch (command) {
            case "+CMQTTSTART", "+CMQTTACCQ", "+CCHSTART" -> "modem-mqtt-started";
            case "+CCERTDOWN", "+QFUPL", "+CFSWFILE", "+CCERTLIST" -> "modem-file-failed";
            case "+CIPSSL", "" -> "";
            case String _ when closesOnly() -> "";
            case "+SMCONN", "+CAOPEN", "+QMTCONN", "+USOCO", "+UMQTTC" -> "modem-open-failed";
            default -> "modem-rejected";
        };
        if (!sign.isEmpty()) {
            ledger.add(new Observation.Said(line, Signs.named(sign), "ERROR after AT" + command + arguments));
        }
    }

    private void answered(Line line, String name, String values, Ledger ledger) {
        ledger.add(new Observation.AtAnswer(line, name, values));
        String[] fields = values.split(",");
        int first = number(fields, 0);
        int second = number(fields, 1);
        switch (name) {
            case "+CSQ" -> strength(line, first, ledger);
            case "+CREG", "+CGREG", "+CEREG" ->
                registration(line, fields.length > 1 && second >= 0 ? second : first, ledger);
            case "+CGATT" -> said(first == 0 ? "pdp-detached" : "", line, "not attached to the packet network", ledger);
            case "+QMTCONN" -> {
                int code = number(fields, 2);
                if (code > 0 || second > 0 && code < 0) {
                    NumberReader.decoded("connack-3", code, line, ledger);
                }
            }
            case "+CAOPEN" -> said(second > 0 ? "modem-open-failed" : "", line, "+CAOPEN " + second, ledger);
            case "+CNACT" ->
                said(values.contains("0.0.0.0") && fields.length > 2 && second == 0 ? "pdp-detached" : "", line,
                        "no address", ledger);
            case "+CCLK" -> clock(line, values, ledger);
            // The result of a login is 1 or 0 for success, depending on the series; this one is an error in all.
            case "+UMQTTER" -> said(first > 0 ? "modem-connect-failed" : "", line, "+UMQTTER " + values, ledger);
            default -> coded(line, name, values, first, second, ledger);
        }
    }

    private void coded(Line line, String name, String values, int first, int second, Ledger ledger) {
        String table = TABLES.getOrDefault(name, "none");
        int number = switch (name) {
            case "+CMQTTSTART", "+NETOPEN", "+CIPERROR", "+CME ERROR", "+QIGETERROR" -> first;
            default -> second;
        };
        if (name.equals("+CME ERROR") && (first < 0 || closesOnly())) {
            if (!closesOnly() && values.toLowerCase(Locale.ROOT).startsWith("operation not")) {
                said(command.equals("+USOCO") ? "modem-open-failed" : "modem-rejected", line,
                        values + " after AT" + command + arguments, ledger);
            }
            return; // what is told in words is a phrase; closing what is not open is no failure
        }
        if (table.equals("netopen")) {
            // A question is answered with the state, an order with an error code.
            if (!arguments.startsWith("?") && first > 0) {
                said("pdp-inactive", line, "+NETOPEN: " + first, ledger);
            }
            return;
        }
        if (!table.equals("none") && number != 0 && (table.equals("cme") || values.indexOf(',') < 0 || number >= -1)) {
            NumberReader.decoded(table, number, line, ledger);
        }
    }

    private static void strength(Line line, int rssi, Ledger ledger) {
        said(rssi == 99 || rssi == 0 ? "no-signal-measured" : rssi > 0 && rssi < 32 ? "signal-measured" : "", line,
                rssi == 99 ? "no signal is known" : rssi + " of 31", ledger);
    }

    private static void registration(Line line, int state, Ledger ledger) {
        said(switch (state) {
            case 1, 5 -> "registered";
            case 0, 2 -> "not-registered";
            case 3 -> "registration-denied";
            default -> "";
        }, line, switch (state) {
            case 0 -> "not searching";
            case 2 -> "searching";
            case 3 -> "denied";
            default -> "state " + state;
        }, ledger);
    }

    /// A modem that never heard the time shows 1970 or 1980.
    private static void clock(Line line, String values, Ledger ledger) {
        said(values.matches("\"(?:70|80|00|04)/01/0[1-6],.*") ? "modem-clock" : "", line, values, ledger);
    }

    private static void said(String sign, Line line, String detail, Ledger ledger) {
        if (!sign.isEmpty()) {
            ledger.add(new Observation.Said(line, Signs.named(sign), detail));
        }
    }

    private static int number(String[] fields, int at) {
        if (at >= fields.length) {
            return -1;
        }
        Matcher found = FIRST_NUMBER.matcher(fields[at].strip());
        return found.lookingAt() ? Integer.parseInt(found.group()) : -1;
    }
}

package dev.gatehouse.doctor.explain;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds TLS alerts in a line, and who sent them: that decides what they mean.
final class AlertReader {
    private static final Map<String, Integer> BY_NAME = byName();

    private static final Form NUMBERED = Form.of("alert", "(?i)fatal alert message \\(msg (\\d{1,3})\\)"
            + "|alert message,? ?type: ?\\[\\d+:(\\d{1,3})\\]|SSL alert number (\\d{1,3})|alert(?: code| number)?[ :=]+(\\d{1,3})\\b");
    /// OpenSSL: `sslv3 alert bad certificate`, `tlsv1 alert unknown ca`, `TLSV1_ALERT_UNKNOWN_CA`.
    private static final Form OPENSSL = Form.of("alert", "(?i)(?:sslv3|tlsv1|tlsv13|tls)[ _]alert[ _]([a-z _]+)");
    private static final Form RECEIVED = Form.of("alert remote",
            "(?i)received (?:a )?(?:fatal )?alert:? ?\\(?([A-Za-z_ ]+)|remote error: tls: ([a-z ]+)|AlertReceived\\(([A-Za-z]+)");
    private static final Form ERLANG = Form.of("alert:",
            "(?i)(?:TLS )?(server|client)?.{0,80}?(received|generated)? ?(CLIENT|SERVER) ALERT: (?:Fatal|Warning) - ([A-Za-z _]+)");
    private static final Form ERLANG_SHORT = Form.of("tls_alert", "(?i)tls_alert,? ?\\{?\"?([a-z_ ]+)");
    /// Erlang before OTP 21: `tls_handshake.erl:174:Fatal error: protocol version`, of either side's alert.
    private static final Form ERLANG_FATAL = Form.of(".erl:", "\\.erl:\\d+:Fatal error: ([a-z ]+)");
    /// OpenSSL's trace of its own handshake: `write` is what the writer of the log sent.
    private static final Form TRACED = Form.of("alert", "(?i)SSL3? alert (read|write):fatal:([a-z ]+)");
    private static final Pattern CALLER = Pattern.compile(
            "(?i)tls_process_server|statem_clnt|SSL3_GET_SERVER|SSL_connect|CONNECT_C[RW]_|while SSL handshaking to upstream|s_client");
    private static final Pattern ACCEPTER = Pattern.compile(
            "(?i)tls_process_client|statem_srvr|SSL_accept|ACCEPT_S[RW]_|while SSL handshaking, client|SSL3_GET_CLIENT|http: TLS handshake error");

    private AlertReader() {}

    private static Map<String, Integer> byName() {
        var names = new HashMap<String, Integer>();
        Codes.all().getOrDefault("tls-alert", Map.of())
                .forEach((number, code) -> names.put(code.meaning().replace("_", "").toLowerCase(Locale.ROOT), number));
        names.put("badcertificate", 42);
        names.put("unknownca", 48);
        names.put("unknowncertificateauthority", 48);
        names.put("unknowncertificate", 46);
        names.put("handshakefailure", 40);
        names.put("expiredcertificate", 45);
        names.put("unknownpskidentity", 115);
        return Map.copyOf(names);
    }

    static void read(Line line, String lower, Ledger ledger) {
        String text = line.text();
        Matcher erlang = ERLANG.find(text, lower);
        if (erlang != null) {
            alert(line, number(erlang.group(4)), erlang.group(3).equalsIgnoreCase("CLIENT") ? Side.CLIENT : Side.SERVER,
                    ledger);
            return;
        }
        Matcher numbered = NUMBERED.find(text, lower);
        if (numbered != null) {
            for (int group = 1; group <= numbered.groupCount(); group++) {
                if (numbered.group(group) != null) {
                    alert(line, Integer.parseInt(numbered.group(group)), group <= 2 ? Side.SERVER : sender(line),
                            ledger);
                    return;
                }
            }
        }
        Matcher traced = TRACED.find(text, lower);
        if (traced != null) {
            Side writer = ACCEPTER.matcher(text).find() || line.broker() ? Side.SERVER : Side.CLIENT;
            alert(line, number(traced.group(2)), traced.group(1).equalsIgnoreCase("write") ? writer : writer.other(),
                    ledger);
            return;
        }
        Matcher received = RECEIVED.find(text, lower);
        if (received != null) {
            String name = received.group(1) != null
                    ? received.group(1)
                    : received.group(2) != null ? received.group(2) : received.group(3);
            alert(line, number(name), sender(line), ledger);
            return;
        }
        Matcher openssl = OPENSSL.find(text, lower);
        if (openssl != null) {
            alert(line, number(openssl.group(1)), sender(line), ledger);
            return;
        }
        for (Form form : List.of(ERLANG_SHORT, ERLANG_FATAL)) {
            Matcher erlangShort = form.find(text, lower);
            if (erlangShort != null) {
                alert(line, number(erlangShort.group(1)), Side.UNKNOWN, ledger);
                return;
            }
        }
    }

    /// Whoever did not write the line sent the alert; unknown until the whole log tells whose it is.
    private static Side sender(Line line) {
        if (ACCEPTER.matcher(line.text()).find() || line.broker()) {
            return Side.CLIENT;
        }
        return CALLER.matcher(line.text()).find() ? Side.SERVER : Side.UNKNOWN;
    }

    /// The number of the alert whose name the words begin with; -1 for none.
    private static int number(String words) {
        String name = words.replaceAll("[ _]", "").toLowerCase(Locale.ROOT);
        int best = -1;
        int length = 0;
        for (Map.Entry<String, Integer> known : BY_NAME.entrySet()) {
            if (name.startsWith(known.getKey()) && known.getKey().length() > length) {
                best = known.getValue();
                length = known.getKey().length();
            }
        }
        return best;
    }

    static void alert(Line line, int number, Side sender, Ledger ledger) {
        if (number < 0 || Codes.of("tls-alert", number).isEmpty()) {
            return;
        }
        NumberReader.decoded("tls-alert", number, line, ledger);
        ledger.add(new Observation.Alert(line, number, sender));
    }
}

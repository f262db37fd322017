package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.explain.Observation.AtAnswer;
import dev.gatehouse.doctor.explain.Observation.AtCommand;

/// What a modem's answers mean, given the commands before them and the bytes that it still held.
final class ModemJudgements {
    /// One such line may be a slip of whoever copied it.
    private static final int GARBLED = 2;

    private ModemJudgements() {}

    static void enter(Map<String, Rule.Judgement> judged) {
        judged.put("modem-tls-failed", ModemJudgements::tlsFailed);
        judged.put("modem-open-failed", ModemJudgements::openFailed);
        judged.put("answer-garbled", seen -> seen.count("answer-garbled") < GARBLED
                ? null
                : Conclusion.of(seen, Signs.named("answer-garbled")));
        judged.put("modem-rejected", ModemJudgements::rejected);
        judged.put("driver-unhandled", ModemJudgements::unhandled);
    }

    /// The modem's own accounting shows an answer that was never read.
    static @Nullable Conclusion unreadAnswer(Seen seen) {
        Wire.Unread unread = seen.wire().unread();
        if (unread == null) {
            return null;
        }
        var lines = new ArrayList<>(unread.lines());
        if (unread.refusal()) {
            var readings = new ArrayList<Sign.Reading>();
            readings.add(new Sign.Reading(Cause.CONNACK_REFUSED_UNREAD, Certainty.CERTAIN));
            if (!seen.has("sni-sent")) {
                readings.add(new Sign.Reading(Cause.SNI_MISSING, Certainty.LIKELY));
            }
            readings.add(new Sign.Reading(Cause.BAD_CREDENTIALS, Certainty.POSSIBLE));
            readings.add(new Sign.Reading(Cause.MODEM_DATA_LOST_ON_CLOSE, Certainty.CERTAIN));
            return new Conclusion(readings, unread.because(), lines, unread.prove(), Stage.MQTT_CONNECT);
        }
        return Conclusion.decided(Cause.MODEM_DATA_LOST_ON_CLOSE, Certainty.LIKELY, unread.because(), lines,
                Cause.MODEM_DRIVER_BUG).collecting(unread.prove().toArray(String[]::new));
    }

    private static Conclusion tlsFailed(Seen seen) {
        List<Line> lines = NetworkJudgements.lines(seen, "modem-tls-failed");
        Line failed = lines.getLast();
        boolean unchecked = seen.commands("+CSSLCFG").stream().anyMatch(command -> failed.isBefore(command.line())
                && command.arguments().replace(" ", "").matches("(?i)=\"authmode\",\\d,0"));
        if (unchecked && (seen.comesAfter("mqtt-accepted", "modem-tls-failed")
                || seen.comesAfter("tls-done", "modem-tls-failed"))) {
            lines.addAll(NetworkJudgements.lines(seen, "mqtt-accepted"));
            return Conclusion.decided(Cause.UNTRUSTED_CA, Certainty.LIKELY,
                    "The same connection succeeds as soon as the modem does not check the server's certificate: the CA file on the modem "
                            + "does not fit the server's chain.",
                    lines, Cause.CLOCK_NOT_SET, Cause.HOSTNAME_MISMATCH);
        }
        return Conclusion.open(Stage.MODEM_TLS,
                "The TLS handshake inside the modem failed, and the modem does not say why.", lines,
                List.of("AT+CSSLCFG? of the context: sslversion, authmode, cacert, enableSNI, ignorelocaltime",
                        "the same with authmode 0, as a test",
                        "AT+CCLK?: a wrong clock refuses every certificate",
                        "AT+CCERTLIST, and which root the server's chain ends in",
                        "the server's log of the attempt, with the ClientHello's version and server name",
                        "the modem's firmware (AT+CGMR)"),
                List.of(Cause.MODEM_TLS_HANDSHAKE_FAILED, Cause.UNTRUSTED_CA, Cause.SNI_MISSING, Cause.CERT_LOAD_FAILED,
                        Cause.TLS_VERSION_MISMATCH, Cause.CLOCK_NOT_SET, Cause.CLIENT_CERT_MISSING));
    }

    private static Conclusion openFailed(Seen seen) {
        List<Line> lines = NetworkJudgements.withTargets(seen, "modem-open-failed");
        boolean tls = seen.has("tls-configured") || seen.schemeIs("mqtts") || !seen.commands("+QSSLCFG").isEmpty()
                || !seen.commands("+CSSLCFG").isEmpty() || seen.dialsTlsPort()
                || seen.all().stream().anyMatch(one -> one instanceof AtCommand command
                        && command.arguments().matches(".*\",\"?888[3-6]\\b.*"));
        boolean inside = seen.said("modem-open-failed").stream()
                .anyMatch(said -> said.detail().matches("ERROR after AT\\+(SMCONN|QMTCONN|UMQTTC).*"));
        if (inside && !tls) {
            return Conclusion.open(Stage.MODEM_SOCKET,
                    "The modem's own MQTT client did not get a session: no connection, or a refusal by the broker; it does not say which.",
                    lines,
                    List.of("the MQTT settings read back (AT+SMCONF?, AT+QMTCFG?)", "the broker's log of the attempt",
                            "the data connection: AT+CNACT?, AT+QIACT? or AT+CGPADDR",
                            "the same user, password and client id with mosquitto_pub from a computer"),
                    List.of(Cause.BAD_CREDENTIALS, Cause.MODEM_COMMAND_REJECTED, Cause.NOT_AUTHORIZED,
                            Cause.MODEM_PDP_NOT_ACTIVE, Cause.TCP_TIMEOUT, Cause.DNS_FAILURE, Cause.TCP_REFUSED,
                            Cause.PLAIN_TO_TLS_PORT));
        }
        List<Cause> candidates = tls
                ? List.of(Cause.MODEM_TLS_HANDSHAKE_FAILED, Cause.TLS_VERSION_MISMATCH, Cause.UNTRUSTED_CA,
                        Cause.SNI_MISSING,
                        Cause.MODEM_PDP_NOT_ACTIVE, Cause.CERT_LOAD_FAILED, Cause.TCP_TIMEOUT, Cause.TCP_REFUSED)
                : List.of(Cause.TCP_TIMEOUT, Cause.MODEM_PDP_NOT_ACTIVE, Cause.DNS_FAILURE, Cause.TCP_REFUSED,
                        Cause.FIREWALL_BLOCKED,
                        Cause.MODEM_SIM_PLAN, Cause.WRONG_ADDRESS);
        return Conclusion.open(tls ? Stage.MODEM_TLS : Stage.MODEM_SOCKET,
                tls
                        ? "The modem could not open the TLS connection, and does not say at which step it failed."
                        : "The modem could not open the connection, and does not say why.",
                lines,
                List.of("the data connection: AT+CIFSR, AT+QIACT? or AT+CGPADDR, and AT+CEREG?",
                        "the name resolved on the modem: AT+CDNSGIP or AT+QIDNSGIP",
                        "the modem's last error: AT+QIGETERROR, AT+CEER",
                        "a plain TCP connection to a known open address",
                        "AT+CCLK?, and the TLS context read back (AT+QSSLCFG, AT+SSLOPT)",
                        "the modem's firmware version and which TLS versions it can",
                        "CSQ and registration at that moment", "the server's record of the ClientHello"),
                candidates);
    }

    private static @Nullable Conclusion rejected(Seen seen) {
        Line last = seen.last("modem-rejected");
        if (last == null || seen.comesAfter("mqtt-accepted", "modem-rejected")) {
            return null;
        }
        return Conclusion.open(Stage.MODEM_SOCKET,
                "The modem refuses a command: its form, its place in the order, or this firmware.",
                NetworkJudgements.lines(seen, "modem-rejected"),
                List.of("AT+CMEE=2 and the command again: the error in words",
                        "the firmware (AT+CGMR) and its own command manual",
                        "the state before it: AT+CPIN?, AT+CEREG?, AT+CGATT?, open sockets"),
                List.of(Cause.MODEM_COMMAND_REJECTED, Cause.MODEM_FIRMWARE_BUG, Cause.MODEM_PDP_NOT_ACTIVE,
                        Cause.MODEM_DRIVER_BUG));
    }

    private static @Nullable Conclusion unhandled(Seen seen) {
        if (seen.has("mqtt-accepted")) {
            return null;
        }
        List<Line> lines = NetworkJudgements.lines(seen, "driver-unhandled", "tcp-open");
        return Conclusion.open(Stage.MODEM_SOCKET, seen.has("tcp-open")
                ? "The modem opened the socket, and its driver did not recognise the answer."
                : "The driver did not recognise an answer of the modem.", lines,
                List.of("the version of the modem driver, and whether a newer one knows this answer",
                        "the AT dialogue from the command on",
                        "the modem's firmware (AT+CGMR)"),
                List.of(Cause.MODEM_DRIVER_BUG, Cause.TCP_TIMEOUT, Cause.MODEM_FIRMWARE_BUG,
                        Cause.MODEM_PDP_NOT_ACTIVE, Cause.MODEM_SERIAL_BAUD));
    }

    /// A dialogue without a failure in it.
    static Conclusion whereItStopped(Seen seen, Line last) {
        List<AtAnswer> contexts = seen.answers("+CGDCONT");
        List<AtCommand> opened = seen.all().stream().filter(AtCommand.class::isInstance).map(AtCommand.class::cast)
                .filter(command -> command.name()
                        .matches("\\+(CIPSTART|CIPOPEN|CCHOPEN|QMTOPEN|QIOPEN|CMQTTCONNECT|SMCONN|CAOPEN)"))
                .toList();
        if (!contexts.isEmpty() && opened.isEmpty()) {
            return Conclusion.open(Stage.MODEM_NETWORK,
                    "The log shows the modem's access points and no data connection.",
                    contexts.stream().map(AtAnswer::line).toList(),
                    List.of("the APN that the SIM card's operator wants, against AT+CGDCONT? (every context)",
                            "AT+CEREG?, AT+CGATT?, AT+CGPADDR and AT+CSQ"),
                    List.of(Cause.MODEM_APN_WRONG, Cause.MODEM_PDP_NOT_ACTIVE, Cause.MODEM_NO_NETWORK,
                            Cause.MODEM_SIM_PLAN));
        }
        if (!opened.isEmpty()) {
            return Conclusion.open(Stage.MODEM_SOCKET,
                    "The modem was told to connect, and the log ends without a failure.", List.of(last),
                    List.of("the bytes written after the connection was there (the CONNECT), and what came back",
                            "the AT dialogue up to the failure, unabridged", "the broker's log of the attempt"),
                    List.of(Cause.MODEM_DRIVER_BUG, Cause.CLOSED_AFTER_CONNECT));
        }
        return Conclusion.open(Stage.UNDETERMINED, "The log ends before anything failed.", List.of(last),
                List.of("the AT dialogue up to the failure, unabridged", "AT+CPIN?, AT+CSQ, AT+CEREG?, AT+CGPADDR"),
                List.of());
    }
}

package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.explain.Observation.Captured;

/// What a capture of an encrypted connection shows by the lengths of its records alone.
final class CaptureJudgement {
    private CaptureJudgement() {}

    /// After the handshake the server answered the client's first record with four bytes and closed: a refusal.
    static @Nullable Conclusion of(Seen seen) {
        List<Captured> refused = seen.all().stream().filter(Captured.class::isInstance).map(Captured.class::cast)
                .filter(record -> record.what().equals("refusal")).toList();
        if (refused.isEmpty()) {
            return null;
        }
        var lines = new ArrayList<>(refused.stream().map(Observation::line).toList());
        String because = "TLS was up; the server answered the client's first record of data with one whose length is that of "
                + "a CONNACK, and closed: a refusal, whose code is encrypted.";
        if (seen.has("sni-not-sent")) {
            lines.addAll(NetworkJudgements.lines(seen, "sni-not-sent"));
            return Conclusion.decided(Cause.SNI_MISSING, Certainty.LIKELY,
                    because + " The ClientHello names no server.", lines,
                    Cause.BAD_CREDENTIALS, Cause.NOT_AUTHORIZED);
        }
        if (!seen.has("sni-sent") && seen.stack().mayOmitServerName()) {
            return Conclusion.open(Stage.MQTT_AUTH, because, lines,
                    List.of("the ClientHello: does it carry the server name",
                            "the return code, from the client's or the broker's log"),
                    List.of(Cause.SNI_MISSING, Cause.BAD_CREDENTIALS, Cause.NOT_AUTHORIZED, Cause.CREDENTIALS_MISSING,
                            Cause.POLICY_DENIED_CONNECT));
        }
        return Conclusion.open(Stage.MQTT_AUTH, because, lines,
                List.of("the return code, from the client's or the broker's log"),
                List.of(Cause.BAD_CREDENTIALS, Cause.CREDENTIALS_MISSING, Cause.NOT_AUTHORIZED,
                        Cause.POLICY_DENIED_CONNECT));
    }
}

package dev.gatehouse.doctor.explain;

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
        List<Line> lines = refused.stream().map(Observation::line).toList();
        String because = "TLS was up; the server answered the client's first record with one whose length is that of a CONNACK of MQTT 3, "
                + "and closed: a refusal, whose code is encrypted.";
        if (!seen.has("sni-sent")) {
            return Conclusion.decided(Cause.SNI_MISSING, Certainty.LIKELY,
                    because + " The ClientHello names no server.", lines,
                    Cause.BAD_CREDENTIALS, Cause.NOT_AUTHORIZED);
        }
        return Conclusion.open(Stage.MQTT_AUTH, because, lines,
                List.of("the return code, from the client's or the broker's log"),
                List.of(Cause.BAD_CREDENTIALS, Cause.CREDENTIALS_MISSING, Cause.NOT_AUTHORIZED,
                        Cause.POLICY_DENIED_CONNECT));
    }
}

package dev.gatehouse.doctor;

import java.util.Arrays;
import java.util.List;

import dev.gatehouse.diagnosis.Stage;

/// The exit codes of `doctor`: each stage has one. The numbers are for ever.
public final class StageExit {
    /// In the order of a connection's way; the first one is [#FIRST].
    private static final List<Stage> STAGES = Arrays.asList(Stage.DNS, Stage.TCP, Stage.PROXY, Stage.TLS_CLIENTHELLO,
            Stage.TLS_CERT, Stage.TLS_ALERT, Stage.TLS_RESOURCE, Stage.WS_UPGRADE, Stage.MQTT_CONNECT, Stage.MQTT_AUTH,
            Stage.MQTT_AUTHZ, Stage.MQTT_SESSION, Stage.MODEM_NETWORK, Stage.MODEM_SOCKET, Stage.MODEM_TLS,
            Stage.CONFIG, Stage.UNDETERMINED);
    private static final int FIRST = 10;

    private StageExit() {}

    /// 0 when nothing fails, 10 for `dns`, 11 for `tcp`, and so on.
    public static int code(Judgement judgement) {
        return judgement.stage() == null ? 0 : FIRST + STAGES.indexOf(judgement.stage());
    }

    /// For `--help`: a line per code.
    public static List<String> lines() {
        return STAGES.stream().map(stage -> "%3d  fails at %s".formatted(FIRST + STAGES.indexOf(stage), stage.id()))
                .toList();
    }
}

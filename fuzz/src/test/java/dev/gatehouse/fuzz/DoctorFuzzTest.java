package dev.gatehouse.fuzz;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.doctor.FixedAnswers;
import dev.gatehouse.doctor.JsonReport;
import dev.gatehouse.doctor.Judgement;
import dev.gatehouse.doctor.Network;
import dev.gatehouse.doctor.Plan;
import dev.gatehouse.doctor.Probe;
import dev.gatehouse.doctor.Progress;
import dev.gatehouse.doctor.Report;
import dev.gatehouse.doctor.StageExit;
import dev.gatehouse.doctor.TextReport;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

/// Whatever a server answers, the probe has a report and verdicts with evidence.
class DoctorFuzzTest {
    private static final int ANSWERS_MAX = 4;

    @FuzzTest(maxDuration = "2m")
    void any_server_of_mqtt_is_judged(FuzzedDataProvider data) {
        probe(MqttUrl.Scheme.MQTT, data);
    }

    @FuzzTest(maxDuration = "2m")
    void any_server_of_tls_is_judged(FuzzedDataProvider data) {
        probe(MqttUrl.Scheme.MQTTS, data);
    }

    @FuzzTest(maxDuration = "2m")
    void any_server_of_http_is_judged(FuzzedDataProvider data) {
        probe(MqttUrl.Scheme.WS, data);
    }

    private static void probe(MqttUrl.Scheme scheme, FuzzedDataProvider data) {
        boolean credentials = data.consumeBoolean();
        int end = data.consumeInt(0, 2);
        int answers = data.consumeInt(1, ANSWERS_MAX);
        List<byte[]> all = new ArrayList<>();
        for (int i = 1; i < answers; i++) {
            all.add(data.consumeBytes(data.consumeInt(0, 300)));
        }
        all.add(data.consumeRemainingAsBytes());
        Plan plan = new Plan(MqttUrl.parse(scheme + "://h.example"), credentials ? "u" : null,
                credentials ? Secret.of("p") : null, "", List.of(), null, new Plan.ServerNameChoice.OfUrl(), null,
                List.of(Version.MQTT_5, Version.MQTT_3_1_1), null, Duration.ofSeconds(2), true);
        Network network = new Network(FixedAnswers.inTurn(all, end), _ -> List.of(InetAddress.getLoopbackAddress()),
                "memory");
        Report report = new Probe(plan, network, InstantSource.system(), new Random(7)).run(Progress.SILENT);
        Judgement judgement = Judgement.of(report);
        String text = TextReport.of(report, judgement);
        require(text.chars().allMatch(c -> c == '\n' || c >= ' '), "a control character from the server");
        require(JsonReport.of(report, judgement).startsWith("{"), "no JSON");
        require(judgement.verdicts().stream().noneMatch(verdict -> verdict.evidence().isEmpty()), "no evidence");
        int code = StageExit.code(judgement);
        require(code >= 0 && code <= 26, "exit code " + code);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}

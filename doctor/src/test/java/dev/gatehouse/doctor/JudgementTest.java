package dev.gatehouse.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// Verdicts from reports made by hand: no network.
class JudgementTest {
    private static final Duration TOOK = Duration.ofMillis(3);
    private static final TlsOutcome DONE = new TlsOutcome.Done("TLSv1.3", "TLS_AES_128_GCM_SHA256", "", false,
            List.of(),
            List.of(122, 1_200), 3_000);
    private static final ConnectOutcome ACCEPTED = new ConnectOutcome.Accepted(
            new Packet.Connack(false, ReasonCode.SUCCESS, ConnackProperties.NONE));
    private static final ConnectOutcome NOT_AUTHORIZED = new ConnectOutcome.Refused(5, null);

    private static Plan plan(String url, boolean credentials, Plan.ServerNameChoice name) {
        return new Plan(MqttUrl.parse(url), credentials ? "eric" : null, credentials ? Secret.of("secret") : null, "",
                List.of(), null, name, null, List.of(Version.MQTT_3_1_1), null, Duration.ofSeconds(1), false);
    }

    private static Judgement judge(Plan plan, Result... results) {
        return Judgement.of(new Report(plan, "a test", Instant.EPOCH, List.of(results)));
    }

    private static Result connect(boolean credentials, @Nullable String name, ConnectOutcome outcome) {
        return new Result.Connect(Version.MQTT_3_1_1, credentials, name, outcome, TOOK);
    }

    @Test
    void a_broker_that_refuses_only_without_a_server_name_wants_one_and_nothing_is_wrong_with_the_device_that_sends_it() {
        Plan with = plan("mqtts://h.example", true, new Plan.ServerNameChoice.OfUrl());
        Judgement healthy = judge(with, new Result.Handshake("h.example", "", DONE, TOOK),
                new Result.Handshake(null, "", DONE, TOOK), connect(true, "h.example", ACCEPTED),
                connect(true, null, NOT_AUTHORIZED));
        assertThat(healthy.isHealthy()).isTrue();
        assertThat(Needs.of(new Report(with, "", Instant.EPOCH,
                List.of(new Result.Handshake("h.example", "", DONE, TOOK),
                        new Result.Handshake(null, "", DONE, TOOK), connect(true, "h.example", ACCEPTED),
                        connect(true, null, NOT_AUTHORIZED))))
                .serverName()).contains(true);
    }

    @Test
    void the_same_broker_and_a_device_that_sends_none_is_sni_missing_for_certain_with_both_tries_as_evidence() {
        Judgement judgement = judge(plan("mqtts://h.example", true, new Plan.ServerNameChoice.None()),
                new Result.Handshake(null, "", DONE, TOOK), new Result.Handshake("h.example", "", DONE, TOOK),
                connect(true, null, NOT_AUTHORIZED), connect(true, "h.example", ACCEPTED));
        assertThat(judgement.stage()).isEqualTo(Stage.TLS_CLIENTHELLO);
        assertThat(judgement.verdicts().getFirst()).satisfies(verdict -> {
            assertThat(verdict.cause()).isEqualTo(Cause.SNI_MISSING);
            assertThat(verdict.certainty()).isEqualTo(Certainty.CERTAIN);
            assertThat(verdict.evidence()).extracting("factIndex").containsExactly(2, 3);
            assertThat(verdict.fix()).contains("h.example").doesNotContain("{host}");
        });
    }

    @Test
    void not_authorized_with_credentials_names_its_rivals_and_what_to_collect() {
        Judgement judgement = judge(plan("mqtt://h.example", true, new Plan.ServerNameChoice.OfUrl()),
                connect(true, null, NOT_AUTHORIZED));
        assertThat(judgement.verdicts()).extracting("cause").contains(Cause.CREDENTIALS_NOT_ACCEPTED,
                Cause.BAD_CREDENTIALS, Cause.QUOTA_CONNECTIONS);
        assertThat(judgement.verdicts().getFirst().certainty()).isEqualTo(Certainty.LIKELY);
        assertThat(judgement.verdicts().getFirst().collectNext()).isNotEmpty();
    }

    @Test
    void a_silent_port_is_not_decided() {
        Judgement judgement = judge(plan("mqtt://h.example", false, new Plan.ServerNameChoice.OfUrl()),
                new Result.Spoke(Opening.MQTT_CONNECT, new Reply.Silent(), TOOK),
                new Result.Spoke(Opening.NOTHING, new Reply.Silent(), TOOK));
        assertThat(judgement.isDecided()).isFalse();
        assertThat(judgement.verdicts()).hasSizeGreaterThan(1);
        assertThat(judgement.stage()).isEqualTo(Stage.TCP);
    }

    @Test
    void an_address_that_does_not_answer_beside_one_that_does_is_a_remark() {
        Judgement judgement = judge(plan("mqtt://h.example", false, new Plan.ServerNameChoice.OfUrl()),
                new Result.NotConnected("2001:db8::1", Result.TcpFailure.UNREACHABLE, "", TOOK),
                new Result.Connected("192.0.2.1", TOOK), connect(false, null, ACCEPTED));
        assertThat(judgement.isHealthy()).isTrue();
        assertThat(judgement.remarks()).anySatisfy(remark -> assertThat(remark).contains("2001:db8::1"));
    }

    @Test
    void a_message_that_is_acknowledged_and_does_not_come_back_is_likely_a_missing_permission() {
        Judgement judgement = judge(plan("mqtt://h.example", false, new Plan.ServerNameChoice.OfUrl()),
                connect(false, null, ACCEPTED), new Result.RoundTrip(Qos.AT_LEAST_ONCE, true, 0, false,
                        "the message did not come back", TOOK));
        assertThat(judgement.verdicts().getFirst().cause()).isEqualTo(Cause.ACL_DENIED);
        assertThat(judgement.verdicts().getFirst().certainty()).isEqualTo(Certainty.LIKELY);
    }

    @Test
    void what_a_server_says_cannot_move_the_cursor_or_run_in_a_shell() {
        Plan plan = plan("mqtt://h.example", false, new Plan.ServerNameChoice.OfUrl());
        Report report = new Report(plan, "a test", Instant.EPOCH, List.of(connect(false, null,
                new ConnectOutcome.Refused(0x87, new Packet.Connack(false, ReasonCode.NOT_AUTHORIZED,
                        ConnackProperties.because("\u001b[2J$(reboot)\n"))))));
        assertThat(TextReport.of(report, Judgement.of(report))).doesNotContain("\u001b").contains("\\u{1b}[2J");
    }

    @Test
    void exit_codes_are_for_ever() {
        assertThat(StageExit.lines()).first().asString().isEqualTo(" 10  fails at dns");
        assertThat(StageExit.lines()).hasSize(Stage.values().length).last().asString()
                .isEqualTo(" 26  fails at undetermined");
    }
}

package dev.gatehouse.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptTest {
    private static final Fact.Accepted ACCEPTED = new Fact.Accepted("192.0.2.7:4711", "127.0.0.1:8883", "tls", "mqtts");
    private static final Fact.Ended GOODBYE = new Fact.Ended(Ending.CLIENT_DISCONNECTED, Fact.Ended.By.CLIENT,
            Fact.Ended.How.FIN, "");
    private static final Fact.Ended TIMEOUT = new Fact.Ended(Ending.NO_CONNECT, Fact.Ended.By.SERVER,
            Fact.Ended.How.TIMEOUT, "");

    private final Attempt attempt = new Attempt("00ABCDEFGHJK", 1_000, "tls");

    @Test
    void facts_say_who_it_is_and_how_far_it_came() {
        attempt.add(ACCEPTED, 1_000);
        assertThat(attempt.snapshot().stage()).isEqualTo(Stage.TCP);
        attempt.add(Facts.hello("globex.mq.test"), 1_100);
        assertThat(attempt.snapshot().stage()).isEqualTo(Stage.TLS_CLIENTHELLO);
        attempt.add(new Fact.TenantDecided("globex", Fact.TenantDecided.By.SERVER_NAME), 1_110);
        attempt.add(new Fact.TlsEstablished("TLS 1.3", "TLS_AES_128_GCM_SHA256", false), 1_200);
        assertThat(attempt.snapshot().stage()).isEqualTo(Stage.MQTT_CONNECT);
        attempt.add(Facts.connect("dev1", "eric"), 1_300);
        assertThat(attempt.state()).isEqualTo(Trail.State.HANDSHAKING);
        attempt.add(new Fact.SessionOpened("dev1", false, false), 1_400);

        Trail trail = attempt.snapshot();
        assertThat(trail.state()).isEqualTo(Trail.State.OPEN);
        assertThat(trail.stage()).isEqualTo(Stage.MQTT_SESSION);
        assertThat(List.of(trail.remote(), trail.protocol(), Objects.requireNonNull(trail.tenant()),
                Objects.requireNonNull(trail.serverName()), Objects.requireNonNull(trail.clientId()),
                Objects.requireNonNull(trail.user())))
                .containsExactly("192.0.2.7:4711", "mqtts", "globex", "globex.mq.test", "dev1", "eric");
        assertThat(trail.endedMicros()).isEqualTo(-1);
        assertThat(trail.verdict()).isNull();
    }

    @Test
    void only_a_trusted_proxy_changes_the_address() {
        attempt.add(ACCEPTED, 1_000);
        attempt.add(new Fact.ProxyHeader(2, "198.51.100.1:1", null, null, false), 1_001);
        assertThat(attempt.remote()).isEqualTo("192.0.2.7:4711");
        attempt.add(new Fact.ProxyHeader(2, "198.51.100.1:1", null, null, true), 1_001);
        assertThat(attempt.remote()).isEqualTo("198.51.100.1:1");
    }

    @Test
    void an_attempt_that_was_never_open_ends_refused_and_one_that_was_ends() {
        Trail refused = attempt.ended(TIMEOUT, 2_000);
        assertThat(refused.state()).isEqualTo(Trail.State.REFUSED);
        assertThat(refused.endedMicros()).isEqualTo(2_000);
        assertThat(Objects.requireNonNull(refused.verdict()).cause()).isEqualTo(Cause.NO_CONNECT);
        assertThat(refused.stage()).isEqualTo(Stage.MQTT_CONNECT);

        var open = new Attempt("00ABCDEFGHJM", 1_000, "tls");
        open.add(new Fact.SessionOpened("dev1", false, false), 1_400);
        Trail ended = open.ended(GOODBYE, 2_000);
        assertThat(ended.state()).isEqualTo(Trail.State.ENDED);
        assertThat(ended.verdict()).isNull();
        assertThat(ended.ending()).isEqualTo(Ending.CLIENT_DISCONNECTED);
    }

    @Test
    void the_first_end_counts_and_nothing_is_added_after_it() {
        Trail first = attempt.ended(TIMEOUT, 2_000);
        attempt.add(ACCEPTED, 2_100);
        assertThat(attempt.ended(GOODBYE, 2_200)).isSameAs(first);
        assertThat(attempt.snapshot()).isSameAs(first);
        assertThat(attempt.state()).isEqualTo(Trail.State.REFUSED);
    }

    @Test
    void an_end_among_the_facts_ends_the_attempt() {
        attempt.add(TIMEOUT, 2_000);
        assertThat(attempt.state()).isEqualTo(Trail.State.REFUSED);
    }

    @Test
    void what_repeats_is_counted_and_cannot_push_out_what_happens_once() {
        attempt.add(ACCEPTED, 1_000);
        for (int i = 0; i < 1_000; i++) {
            attempt.add(new Fact.PublishRefused("t/" + i, 0x87, "not permitted"), 1_000 + i);
        }
        attempt.add(new Fact.KeepAliveMissed(10, 15_000), 3_000);
        attempt.add(new Fact.Traffic(1, 2, 3, 4, null, null), 3_001);
        attempt.add(new Fact.Traffic(5, 6, 7, 8, null, null), 3_002);
        Trail trail = attempt.ended(TIMEOUT, 3_003);
        assertThat(trail.facts()).hasSize(1 + Attempt.FACTS_OF_A_TYPE_MAX + 3);
        assertThat(trail.facts().getLast().fact()).isEqualTo(TIMEOUT);
        assertThat(trail.facts()).contains(new TimedFact(3_002, new Fact.Traffic(5, 6, 7, 8, null, null)));
        assertThat(trail.notKept()).isEqualTo(Map.of("publish-refused", 1_000L - Attempt.FACTS_OF_A_TYPE_MAX));
    }

    @Test
    void however_many_kinds_there_are_the_list_stays_bounded_and_the_end_fits() {
        for (int round = 0; round < Attempt.FACTS_OF_A_TYPE_MAX; round++) {
            for (Fact fact : Facts.ofTwelveKinds()) {
                attempt.add(fact, 1_000);
            }
        }
        assertThat(attempt.snapshot().facts()).hasSize(Attempt.FACTS_MAX);
        attempt.add(new Fact.Traffic(1, 2, 3, 4, null, null), 3_001);
        assertThat(attempt.ended(TIMEOUT, 3_003).facts()).hasSize(Attempt.FACTS_MAX + 2);
    }

    @Test
    void many_threads_may_add_and_one_of_their_ends_counts() throws InterruptedException, ExecutionException {
        var ends = new ArrayList<Future<Trail>>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                ends.add(threads.submit(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        attempt.add(new Fact.MessageDropped("queue full", 1), i);
                        assertThat(attempt.snapshot().facts().size()).isLessThanOrEqualTo(Attempt.FACTS_MAX + 2);
                    }
                    return attempt.ended(TIMEOUT, 5_000);
                }));
            }
        }
        for (Future<Trail> end : ends) {
            assertThat(end.get()).isSameAs(attempt.snapshot());
        }
    }

    @Test
    void failures_that_differ_only_in_port_and_time_fold() {
        assertThat(FoldKey.of(failure("192.0.2.7:1", 1))).isEqualTo(FoldKey.of(failure("192.0.2.7:2", 9)));
        assertThat(FoldKey.of(failure("192.0.2.7:1", 1))).isNotEqualTo(FoldKey.of(failure("192.0.2.8:1", 1)));
        assertThat(FoldKey.of(failure("[2001:db8::1]:1", 1)).remoteAddress()).isEqualTo("[2001:db8::1]");
        assertThat(FoldKey.address("[2001:db8::1]")).isEqualTo("[2001:db8::1]");
        assertThat(FoldKey.address("")).isEmpty();
    }

    private static Trail failure(String remote, long atMicros) {
        var attempt = new Attempt("id" + atMicros, atMicros, "tls");
        attempt.add(new Fact.Accepted(remote, "127.0.0.1:8883", "tls", "mqtts"), atMicros);
        return attempt.ended(TIMEOUT, atMicros);
    }
}

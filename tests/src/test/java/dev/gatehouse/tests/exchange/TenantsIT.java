package dev.gatehouse.tests.exchange;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.HiveMq;
import dev.gatehouse.tests.clients.Message;
import dev.gatehouse.tests.clients.Outcome;
import dev.gatehouse.tests.clients.Subscriber;
import dev.gatehouse.tests.clients.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Tenants on one service that use the same names for everything at the same time.
class TenantsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final HiveMq CLIENT = new HiveMq();

    @TempDir
    Path folder;

    /// One of two tenants; both do the same, step by step together.
    private record Neighbour(String tenant, Connect as, CyclicBarrier step) implements Callable<List<Message>> {
        /// @return what somebody who subscribes to everything has received, in order
        @Override
        public List<Message> call() throws Exception {
            List<Message> seen = new ArrayList<>();
            try (Subscriber all = CLIENT.subscribe(as.as("everything"), "#", 2);
                    Subscriber below = CLIENT.subscribe(as.as("below"), "+/#", 2)) {
                together();
                done(CLIENT.publish(as.as("device"), List.of(Message.retained("t/kept", tenant, 1))));
                together();
                Connect dying = as.as("dying").leaving(Message.of("t/will", tenant, 1));
                try (Subscriber late = CLIENT.subscribe(dying, "t/#", 1)) {
                    assertThat(late.next(PATIENCE)).isEqualTo(Message.retained("t/kept", tenant, 1));
                    together();
                    late.die();
                }
                seen.add(all.next(PATIENCE));
                seen.add(all.next(PATIENCE));
                together();
                // Whatever of the neighbour's would come, has come before this.
                done(CLIENT.publish(as.as("device"), List.of(Message.of("t/last", tenant, 1))));
                seen.add(all.next(PATIENCE));
                for (Message each : seen) {
                    assertThat(below.next(PATIENCE)).isEqualTo(each);
                }
            }
            return seen;
        }

        private void together() throws InterruptedException, BrokenBarrierException, TimeoutException {
            step.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "WSS"})
    void tenants_share_client_ids_topics_wills_and_retained_messages_and_never_meet(Transport transport)
            throws Exception {
        try (RunningService service = RunningService.start(folder, RunningService.THREE_TENANTS);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier step = new CyclicBarrier(2);
            List<Neighbour> neighbours = List.of(
                    new Neighbour("globex", service.encrypted(transport, "globex.mq.test", "-").atLevel(5)
                            .with("eric", "secret"), step),
                    new Neighbour("initech", service.encrypted(transport, "initech.mq.test", "-").atLevel(5)
                            .with("peter", "other"), step));
            List<Future<List<Message>>> seen = neighbours.stream().map(threads::submit).toList();
            for (int each = 0; each < neighbours.size(); each++) {
                String tenant = neighbours.get(each).tenant();
                assertThat(seen.get(each).get()).containsExactly(Message.of("t/kept", tenant, 1),
                        Message.of("t/will", tenant, 1), Message.of("t/last", tenant, 1));
            }
        }
    }

    @Test
    void what_a_tenant_reads_under_SYS_is_its_own() {
        try (RunningService service = RunningService.start(folder, RunningService.THREE_TENANTS)) {
            Connect eric = service.encrypted(Transport.TLS, "globex.mq.test", "-").atLevel(5).with("eric", "secret");
            Connect peter = service.encrypted(Transport.TLS, "initech.mq.test", "-").atLevel(5).with("peter", "other");
            try (Subscriber globex = CLIENT.subscribe(eric.as("figures"), "$SYS/#", 0);
                    Subscriber second = CLIENT.subscribe(eric.as("secret-client"), "secret/topic", 0);
                    Subscriber third = CLIENT.subscribe(eric.as("third"), "secret/topic", 0);
                    Subscriber initech = CLIENT.subscribe(peter.as("figures"), "$SYS/#", 0)) {
                done(CLIENT.publish(eric.as("device"), List.of(Message.retained("secret/topic", "secret words", 1))));
                assertThat(List.of(second.next(PATIENCE).payload(), third.next(PATIENCE).payload()))
                        .containsOnly("secret words");
                assertThat(figure(globex, "$SYS/broker/clients/connected")).isEqualTo("3");
                List<Message> other = figures(initech);
                assertThat(other).contains(Message.of("$SYS/broker/clients/connected", "1", 0),
                        Message.of("$SYS/broker/retained messages/count", "0", 0));
                assertThat(other).allSatisfy(each -> assertThat(each.toString()).doesNotContain("globex", "secret"));
            }
        }
    }

    /// One round of figures: from the first until its topic comes again.
    private static List<Message> figures(Subscriber system) {
        List<Message> round = new ArrayList<>();
        Message first = system.next(PATIENCE);
        for (Message next = first; round.isEmpty() || !next.topic().equals(first.topic()); next = system
                .next(PATIENCE)) {
            round.add(next);
        }
        return round;
    }

    private static String figure(Subscriber system, String topic) {
        return figures(system).stream().filter(each -> each.topic().equals(topic)).map(Message::payload).findFirst()
                .orElseThrow(() -> new AssertionError("no " + topic));
    }

    @Test
    void with_no_sni_resolve_a_user_name_may_say_the_tenant() {
        String resolving = RunningService.THREE_TENANTS + "no-sni: resolve\n";
        try (RunningService service = RunningService.start(folder, resolving)) {
            // To an address, a Java client sends no server name.
            Connect nameless = service.encrypted(Transport.TLS, "127.0.0.1", "nameless").atLevel(5);
            try (Subscriber named = CLIENT.subscribe(service.encrypted(Transport.TLS, "globex.mq.test", "named")
                    .with("eric", "secret"), "hello", 1)) {
                done(CLIENT.publish(nameless.with("eric@globex", "secret"),
                        List.of(Message.of("hello", "from afar", 1))));
                assertThat(named.next(PATIENCE)).isEqualTo(Message.of("hello", "from afar", 1));
            }
            for (String other : List.of("eric", "eric@initech", "eric@nobody", "peter@globex")) {
                Outcome refused = CLIENT.connect(nameless.with(other, "secret"));
                assertThat(refused.completed()).as(other).isFalse();
                assertThat(refused.connackCode()).as(other).isEqualTo(other.contains("@") ? 0x86 : 0x87);
            }
        }
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.completed()).as(outcome.said()).isTrue();
    }
}

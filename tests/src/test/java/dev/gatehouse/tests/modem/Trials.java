package dev.gatehouse.tests.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.gatehouse.simulator.Simulator;

/// One trial per seed, on some threads, and the faults that a seed stands for.
///
/// `-Dmodem.seeds=N` runs more of them, `-Dmodem.from=N` others, `-Dmodem.threads=N` so many at once; a failure names the
/// seed.
final class Trials {
    private static final int FROM = Integer.getInteger("modem.from", 0);
    private static final int THREADS = Integer.getInteger("modem.threads", 8);
    private static final int FAILURES_MAX = 10;
    private static final int DIALOGUE_LINES = 30;
    private static final int LINE_CHARACTERS = 200;
    private static final int BAD_PIECES = 300;

    /// What a driver has to get along with: everything arrives.
    private static final List<String> HARMLESS = List.of("split:bytes=8,gap=0", "split:bytes=64,gap=1",
            "merge:millis=5",
            "line-ends:style=double-cr", "line-ends:style=empty", "line-ends:style=random", "prompt:style=bare",
            "prompt:style=space", "prompt:style=line", "prompt-late:millis=100,percent=10",
            "urc-before-answer:percent=20",
            "urc-inside-answer:percent=20", "urc-merged:percent=20", "urc-before-prompt:percent=20",
            "urc-before-result:percent=20", "urc-held:place=before-answer", "urc-held:place=after-answer",
            "urc-lost:times=3", "urc-twice", "echo", "result-first", "answer-late:millis=20,percent=10",
            "send-busy:times=3", "read-short:bytes=100,percent=50", "rest-wrong:by=10,percent=20",
            "data-hidden:times=2",
            "buffer-small:bytes=1500");

    /// What really fails: an error, or all; but never other bytes, and never a hang.
    private static final List<String> HARMFUL = List.of("reboot:after=AFTER", "silence:millis=1500,after=AFTER",
            "network-lost:millis=200,after=AFTER", "pdp-lost:millis=200,after=AFTER",
            "sim-removed:millis=200,after=AFTER",
            "send-partly:bytes=10,skip=SKIP", "send-partly:bytes=-1,skip=SKIP", "close:link=0,cause=1,after=AFTER",
            "close:link=0,cause=2,after=AFTER", "bytes-lost:of=20000,direction=in", "bytes-lost:of=20000,direction=out",
            "bytes-lost:of=20000", "answer-cut:bytes=300,skip=SKIP,times=1", "prompt-lost:skip=SKIP",
            "command-lost:skip=SKIP", "error:on=+CIPSEND,skip=SKIP", "error:on=+CIPRXGET,skip=SKIP",
            "baud-mismatch:millis=300,after=AFTER", "splice:skip=SKIP", "sms:millis=300,after=AFTER");

    /// What is tried.
    @FunctionalInterface
    interface Trial {
        /// @param named says how to repeat it
        void run(long seed, List<String> faults, String named) throws Exception;
    }

    private Trials() {}

    /// Faults that a driver has to get along with, one to three at once.
    static void harmless(int usually, Trial trial) throws Exception {
        each(usually, seed -> {
            Random random = new Random(seed);
            List<String> faults = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                faults.add(HARMLESS.get(random.nextInt(HARMLESS.size())));
            }
            return faults;
        }, trial);
    }

    /// Faults after which the hardware has really failed, one at a time.
    static void harmful(int usually, Trial trial) throws Exception {
        each(usually, seed -> {
            Random random = new Random(seed + 1_000_000);
            return List.of(HARMFUL.get(random.nextInt(HARMFUL.size()))
                    .replace("AFTER", Integer.toString(random.nextInt(150)))
                    .replace("SKIP", Integer.toString(random.nextInt(12))));
        }, trial);
    }

    private interface Choice {
        List<String> of(long seed);
    }

    private static void each(int usually, Choice choice, Trial trial) throws Exception {
        int count = Integer.getInteger("modem.seeds", usually);
        List<Future<?>> running = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        AssertionError all = new AssertionError();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < count; i++) {
                long seed = (long) FROM + i;
                List<String> faults = choice.of(seed);
                String named = "-Dmodem.from=" + seed + " -Dmodem.seeds=1, faults " + faults;
                running.add(threads.submit(() -> {
                    trial.run(seed, faults, named);
                    return null;
                }));
            }
            for (int i = 0; i < count && failed.size() < FAILURES_MAX; i++) {
                try {
                    running.get(i).get();
                } catch (ExecutionException e) {
                    all.addSuppressed(e);
                    failed.add("seed " + (FROM + i) + " " + choice.of((long) FROM + i) + ": " + e.getMessage());
                }
            }
            running.forEach(each -> each.cancel(true));
        }
        if (!failed.isEmpty()) {
            AssertionError said = new AssertionError(failed.size() + " failed:\n" + String.join("\n", failed));
            said.addSuppressed(all);
            throw said;
        }
    }

    /// The same for the connections whose TLS the modem does: their commands have other names.
    static List<String> forTls(List<String> faults) {
        return faults.stream().map(fault -> fault.replace("urc-lost:", "urc-lost:prefix=+CCHEVENT,")
                .replace("on=+CIPSEND", "on=+CCHSEND").replace("on=+CIPRXGET", "on=+CCHRECV")).toList();
    }

    /// The same for clients that must get everything through in the end: a line that loses bytes does so for its next
    /// [#BAD_PIECES] pieces. That is some losses, two or three times what is sent; without an end a client that has to
    /// send all that is unacknowledged again after each loss can go on for any time.
    static List<String> passing(List<String> faults) {
        return faults.stream()
                .map(fault -> fault.replace("bytes-lost:of=20000", "bytes-lost:of=20000,times=" + BAD_PIECES)).toList();
    }

    /// The last of what was said on the line.
    static String dialogue(Simulator simulator) {
        StringBuilder said = new StringBuilder();
        simulator.log().reversed().stream().limit(Integer.getInteger("modem.lines", DIALOGUE_LINES)).toList()
                .reversed().forEach(entry -> {
                    String line = entry.toString();
                    said.append("\n  ").append(line.length() > LINE_CHARACTERS
                            ? line.substring(0, LINE_CHARACTERS) + "… " + entry.octets().length() + " bytes"
                            : line);
                });
        return said.toString();
    }
}

package dev.gatehouse.modem.at;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// What is said on the line: one command at a time and its answer, lines that are awaited, and everything else.
///
/// - **Threads:** a reader owns the line's input and calls the [AtEngine.Listener]; a writer writes; commands come from
///   whoever holds the engine's slot; lines are awaited by any thread. One lock guards all state.
/// - **Out of step** it is after a time-out, a torn answer or a restart of the modem: what comes next may belong to
///   something earlier. The engine finds out then, by [#clear], [#exchange] and [#inStepAgain].
final class Dialogue {
    private static final int READ_BYTES = 8192;
    /// The slowest line that is used: 9600 bit/s, ten bits per byte.
    private static final int BYTES_PER_SECOND_MIN = 960;

    private final Line line;
    private final Trace trace;
    private final AtEngine.Listener listener;
    private final Patience patience;

    /// Guards everything below.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Framer framer = new Framer();
    private final Trailers trailers = new Trailers();
    private final List<Awaited> awaited = new ArrayList<>();
    private @Nullable Exchange current;
    private @Nullable LineWriter writer;
    private @Nullable ModemException broken = new ModemException(Trouble.LINE_LOST, "not opened yet");
    private boolean outOfStep = true;
    private boolean anyCodes = true;
    private boolean secretUnderway;
    private int fillerBytes;
    private long bytesReceived;
    private int opening;

    Dialogue(Line line, Patience patience, Trace trace, AtEngine.Listener listener) {
        this.line = line;
        this.patience = patience;
        this.trace = trace;
        this.listener = listener;
    }

    /// Opens the line, also again after it was lost.
    void open() throws IOException {
        line.close();
        line.open();
        lock.lock();
        try {
            endWriter();
            opening++;
            int mine = opening;
            writer = new LineWriter(line, e -> lost(mine, e));
            framer.reset();
            outOfStep = true;
            anyCodes = true;
            broken = new ModemException(Trouble.MUTE, "not spoken to yet");
            Thread.ofPlatform().daemon().name("modem-reader").start(() -> read(mine));
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            opening++;
            endWriter();
            ModemException why = new ModemException(Trouble.CLOSED);
            broken = why;
            failAll(why);
        } finally {
            lock.unlock();
        }
        line.close();
    }

    private void endWriter() {
        if (writer != null) {
            writer.end();
            writer = null;
        }
    }

    /// Whether the next answer belongs to the next command.
    ///
    /// @throws ModemException why nothing can be said at all
    boolean inStep() throws ModemException {
        lock.lock();
        try {
            if (broken != null) {
                throw broken.again();
            }
            return !outOfStep;
        } finally {
            lock.unlock();
        }
    }

    /// It is certain that the modem answers, and what it answers.
    void inStepAgain() {
        lock.lock();
        try {
            outOfStep = false;
            broken = null;
        } finally {
            lock.unlock();
        }
    }

    /// See [AtEngine#distrust].
    void distrust() {
        lock.lock();
        try {
            outOfStep = true;
        } finally {
            lock.unlock();
        }
    }

    /// See [AtEngine#verboseOnly].
    void verboseOnly() {
        lock.lock();
        try {
            anyCodes = false;
        } finally {
            lock.unlock();
        }
    }

    /// The modem does not answer, or not sensibly: every wait ends with this reason, and every command until it does.
    void mute(ModemException why) {
        lock.lock();
        try {
            if (broken == null || broken.trouble() == Trouble.MUTE || broken.trouble() == Trouble.GARBAGE) {
                broken = why;
            }
            failAll(why);
        } finally {
            lock.unlock();
        }
    }

    /// All bytes that ever came.
    long bytesReceived() {
        lock.lock();
        try {
            return bytesReceived;
        } finally {
            lock.unlock();
        }
    }

    // ---- exchanges, by whoever holds the slot ----

    /// Sends a command and waits for its whole answer.
    ///
    /// @param within this time, and as long as the bytes take on a slow line
    Answer exchange(Command command, Duration within) throws ModemException {
        byte[] payload = command.payload;
        Exchange exchange;
        lock.lock();
        try {
            exchange = new Exchange(command, anyCodes);
            current = exchange;
            secretUnderway = secretUnderway || command.isSecret();
            framer.expectPrompt(payload != null);
            trace.command(command.shown);
            send((command.text + "\r").getBytes(StandardCharsets.ISO_8859_1));
            long slack = TimeUnit.SECONDS
                    .toNanos((payload == null ? 2048 : payload.length + 64) / BYTES_PER_SECOND_MIN);
            long deadline = System.nanoTime() + within.toNanos() + slack;
            if (payload != null) {
                sendPayload(exchange, payload, deadline);
            }
            while (exchange.stage() != Exchange.Stage.DONE) {
                boolean ending = exchange.stage() == Exchange.Stage.FAILING
                        || exchange.stage() == Exchange.Stage.ENDING;
                long until = ending ? Math.min(deadline, System.nanoTime() + patience.late().toNanos()) : deadline;
                if (!waitUntil(until, () -> exchange.stage() == Exchange.Stage.DONE
                        || !ending && (exchange.stage() == Exchange.Stage.FAILING
                                || exchange.stage() == Exchange.Stage.ENDING))) {
                    if (!ending) {
                        throw timedOut(exchange);
                    }
                    // What did not come in time may come later, and must not be taken for the next command's answer.
                    outOfStep = true;
                    exchange.settle();
                }
            }
            secretUnderway = false;
            ModemException why = exchange.broken();
            if (why != null) {
                throw new ModemException(why.trouble(), "while waiting for the answer to " + command, why);
            }
            trailers.check(exchange);
            return exchange.answer;
        } finally {
            framer.expectPrompt(false);
            current = null;
            lock.unlock();
        }
    }

    private void sendPayload(Exchange exchange, byte[] payload, long deadline) throws ModemException {
        long until = Math.min(deadline, System.nanoTime() + patience.prompt().toNanos());
        boolean asked = waitUntil(until, () -> exchange.stage() != Exchange.Stage.COMMAND);
        if (asked && exchange.stage() != Exchange.Stage.PROMPTED) {
            return;
        }
        if (!asked) {
            trace.note("no prompt after " + exchange.command);
            if (!isHarmless(payload)) {
                throw timedOut(exchange);
            }
            // The prompt was lost, then the modem waits for the payload; or the command was, then this is no command.
        } else if (exchange.echoed()) {
            framer.expectEcho(payload);
        }
        trace.payload(payload);
        exchange.payloadWritten();
        send(payload);
    }

    /// Whether a modem that takes these bytes for commands would do nothing: a command begins with AT and ends with CR.
    static boolean isHarmless(byte[] payload) {
        boolean begun = false;
        for (int i = 0; i < payload.length; i++) {
            if (payload[i] == '\r' && begun) {
                return false;
            }
            begun |= i > 0 && (payload[i - 1] | 0x20) == 'a' && (payload[i] | 0x20) == 't';
        }
        return true;
    }

    private ModemException timedOut(Exchange exchange) {
        outOfStep = true;
        byte[] payload = exchange.command.payload;
        boolean payloadMissing = payload != null && exchange.stage() != Exchange.Stage.DONE;
        fillerBytes = payload != null && payloadMissing ? payload.length : 0;
        framer.reset();
        trace.note("no answer to " + exchange.command);
        return new ModemException(Trouble.MUTE, "no answer to " + exchange.command);
    }

    private void send(byte[] bytes) throws ModemException {
        LineWriter to = writer;
        if (to == null) {
            throw broken != null ? broken : new ModemException(Trouble.LINE_LOST);
        }
        to.write(bytes);
    }

    // ---- back into step, by whoever holds the slot ----

    /// Gets rid of what is half said, by either side, and waits until the modem is quiet.
    ///
    /// @throws ModemException why the line is gone
    void clear(long deadline) throws ModemException {
        lock.lock();
        try {
            if (broken != null && (broken.trouble() == Trouble.LINE_LOST || broken.trouble() == Trouble.CLOSED)) {
                throw broken;
            }
            trace.note("getting into step with the modem");
            framer.reset();
            anyCodes = true;
            awaitQuiet(deadline);
            if (fillerBytes > 0) {
                // The modem may still wait for the rest of a payload; its connection is given up in any case.
                send(new byte[fillerBytes]);
                send(new byte[]{'\r'});
                fillerBytes = 0;
                awaitQuiet(deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives up what the modem has half said.
    void startOver() {
        lock.lock();
        try {
            framer.reset();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the modem has been silent for a moment, but no longer than a few of them.
    void quiet(long deadline) throws ModemException {
        lock.lock();
        try {
            awaitQuiet(deadline);
        } finally {
            lock.unlock();
        }
    }

    private void awaitQuiet(long deadline) throws ModemException {
        long until = Math.min(deadline, System.nanoTime() + 8 * patience.quiet().toNanos());
        long seen = -1;
        while (seen != bytesReceived && System.nanoTime() < until) {
            seen = bytesReceived;
            long heard = seen;
            waitUntil(System.nanoTime() + patience.quiet().toNanos(), () -> bytesReceived != heard);
        }
    }

    // ---- waiting ----

    /// See [AtEngine#expect].
    Awaited expect(String lines) {
        Awaited hope = new Awaited(this, Pattern.compile(lines));
        lock.lock();
        try {
            hope.broken = broken;
            awaited.add(hope);
        } finally {
            lock.unlock();
        }
        return hope;
    }

    String await(Awaited hope, Duration patienceForIt) throws ModemException {
        lock.lock();
        try {
            boolean came = waitUntil(System.nanoTime() + patienceForIt.toNanos(), hope::isOver);
            String found = hope.line;
            hope.line = null;
            if (found != null) {
                return found;
            }
            if (came && hope.broken != null) {
                throw hope.broken.again();
            }
            throw new ModemException(Trouble.TIMEOUT, "no " + hope.lines + " within " + patienceForIt);
        } finally {
            lock.unlock();
        }
    }

    void breakOff(Awaited hope, ModemException why) {
        lock.lock();
        try {
            hope.broken = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void forget(Awaited hope) {
        lock.lock();
        try {
            awaited.remove(hope);
        } finally {
            lock.unlock();
        }
    }

    /// See [AtEngine#breakOff].
    void breakOff(ModemException why) {
        lock.lock();
        try {
            failAll(why);
        } finally {
            lock.unlock();
        }
    }

    private void failAll(ModemException why) {
        if (current != null) {
            current.breakOff(why);
        }
        for (Awaited hope : awaited) {
            hope.broken = why;
        }
        changed.signalAll();
    }

    /// Looked at while the lock is held.
    private interface Until {
        boolean holds();
    }

    private boolean waitUntil(long deadline, Until condition) throws ModemException {
        while (!condition.holds()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException e) {
                // What the modem is about to say belongs to nobody then.
                outOfStep = true;
                Thread.currentThread().interrupt();
                throw new ModemException(Trouble.TIMEOUT, "interrupted while waiting for the modem", e);
            }
        }
        return true;
    }

    // ---- the reader ----

    private void read(int mine) {
        byte[] buffer = new byte[READ_BYTES];
        try {
            int got;
            while ((got = line.read(buffer)) >= 0) {
                received(buffer, got);
            }
            lost(mine, new IOException("the other side closed it"));
        } catch (IOException e) {
            lost(mine, e);
        }
    }

    private void lost(int mine, IOException e) {
        ModemException why = new ModemException(Trouble.LINE_LOST, String.valueOf(e.getMessage()), e);
        lock.lock();
        try {
            if (mine != opening) {
                return;
            }
            opening++;
            trace.note(String.valueOf(why.getMessage()));
            broken = why;
            outOfStep = true;
            failAll(why);
        } finally {
            lock.unlock();
        }
        listener.broken(Trouble.LINE_LOST, String.valueOf(why.getMessage()));
    }

    private void received(byte[] buffer, int length) {
        List<Framer.Element> elements = new ArrayList<>();
        List<Framer.Element> forListener = new ArrayList<>();
        lock.lock();
        try {
            bytesReceived += length;
            int at = 0;
            while (at < length) {
                boolean data = framer.inData();
                elements.clear();
                int taken = framer.take(buffer, at, length, elements);
                if (!secretUnderway || data) {
                    trace.received(Arrays.copyOfRange(buffer, at, at + taken), data);
                } else {
                    Secrets.trace(trace, current, elements);
                }
                for (Framer.Element element : elements) {
                    if (!dispatch(element)) {
                        forListener.add(element);
                    }
                }
                at += taken;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Framer.Element element : forListener) {
            switch (element) {
                case Framer.Element.Line(String text, int _) -> listener.unsolicited(text);
                case Framer.Element.Counted counted -> listener.data(counted.header, counted.bytes);
                case Framer.Element.Prompt _ -> {
                }
            }
        }
    }

    /// @return whether somebody had waited for it
    private boolean dispatch(Framer.Element element) {
        Exchange exchange = current;
        return switch (element) {
            case Framer.Element.Prompt _ -> {
                if (exchange != null) {
                    exchange.prompted();
                }
                yield true;
            }
            case Framer.Element.Counted counted -> {
                distrustTorn(counted.endsBefore);
                yield exchange != null && exchange.data(counted.header, counted.bytes);
            }
            case Framer.Element.Line(String text, int endsBefore) -> {
                distrustTorn(endsBefore);
                if (Unsolicited.isStart(text)) {
                    outOfStep = true;
                    failAll(new ModemException(Trouble.REBOOTED, text));
                    yield false;
                }
                for (Awaited hope : awaited) {
                    if (hope.line == null && hope.lines.matcher(text).matches()) {
                        hope.line = text;
                        yield true;
                    }
                }
                yield exchange != null && exchange.stage() != Exchange.Stage.DONE && exchange.line(text, endsBefore);
            }
        };
    }

    /// Whatever comes after data: what came right behind them was not their end.
    private void distrustTorn(int endsBefore) {
        if (endsBefore == Framer.TORN && current != null) {
            current.answer.distrustData();
        }
    }
}

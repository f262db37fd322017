package dev.gatehouse.modem.at;

import java.io.Closeable;
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

/// Speaks AT over a [Line]: commands one at a time, in the order in which they were asked for, and everything that the
/// modem says meanwhile told apart.
///
/// - **Threads:** a reader owns the line's input and calls the [Listener], which must not wait and must send no command;
///   commands run on the thread that asks for them; a writer writes.
/// - **Errors:** [ModemException], always within the command's patience. After a time-out the engine is out of step: the
///   next command first brings it back, or fails with [Trouble#MUTE] or [Trouble#GARBAGE], and so does every other until
///   [#bringBack] has succeeded.
public final class AtEngine implements Closeable {
    /// Hears what no command asked for. Called by the reader.
    public interface Listener {
        /// A line that is no part of an answer.
        void unsolicited(String line);

        /// Counted data that are no part of an answer, with the line that announced them.
        void data(String header, byte[] bytes);

        /// Engine and modem are in step again after something went wrong; the modem may have started anew meanwhile.
        void backInStep();

        /// The line is gone, or the modem does not answer; see [AtEngine#open] and [AtEngine#bringBack].
        void broken(Trouble trouble, String detail);
    }

    private static final int READ_BYTES = 8192;
    /// The slowest line that is used: 9600 bit/s, ten bits per byte.
    private static final int BYTES_PER_SECOND_MIN = 960;

    private final Line line;
    private final Trace trace;
    private final Listener listener;
    private final Patience patience;

    /// Held by whoever talks to the modem.
    private final ReentrantLock slot = new ReentrantLock(true);
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

    public AtEngine(Line line, Patience patience, Trace trace, Listener listener) {
        this.line = line;
        this.patience = patience;
        this.trace = trace;
        this.listener = listener;
    }

    /// Opens the line, also again after it was lost. The modem is not spoken to yet: see [#bringBack].
    public void open() throws IOException {
        slot.lock();
        try {
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
        } finally {
            slot.unlock();
        }
    }

    /// Changes the line's speed, when it has one.
    public boolean speed(int bitsPerSecond) throws IOException {
        return line.speed(bitsPerSecond);
    }

    /// Makes sure that the modem answers and that engine and modem are in step.
    ///
    /// @throws ModemException with [Trouble#MUTE] or [Trouble#GARBAGE] after the patience for it, or why the line is gone
    public void bringBack() throws ModemException {
        bringBack(patience.resync());
    }

    /// @see #bringBack()
    public void bringBack(Duration within) throws ModemException {
        takeSlot();
        try {
            resync(within);
        } finally {
            slot.unlock();
        }
    }

    /// Only the words `OK` and `ERROR` are result codes from now on, not `0` and `4`: the modem was told `ATV1`.
    public void verboseOnly() {
        lock.lock();
        try {
            anyCodes = false;
        } finally {
            lock.unlock();
        }
    }

    /// Sends a command and waits for its whole answer, also when the modem refuses it.
    public Answer execute(Command command) throws ModemException {
        takeSlot();
        try {
            boolean step;
            lock.lock();
            try {
                if (broken != null) {
                    throw broken.again();
                }
                step = !outOfStep;
            } finally {
                lock.unlock();
            }
            if (!step) {
                resync(patience.resync());
            }
            return exchange(command, command.patience);
        } finally {
            slot.unlock();
        }
    }

    /// Like [#execute], for commands that have to succeed.
    ///
    /// @throws ModemException with [Trouble#REFUSED] when the modem says no
    public Answer require(Command command) throws ModemException {
        Answer answer = execute(command);
        if (!answer.ok()) {
            throw new ModemException(Trouble.REFUSED, command + " was answered with " + answer.failure());
        }
        return answer;
    }

    /// Sends a command whose result is a line of its own, which may come before or after `OK`, or with `ERROR`.
    ///
    /// @param lines the result as a regular expression
    /// @param patience for the result, after `OK`
    /// @return the result, whatever it says
    /// @throws ModemException with [Trouble#REFUSED] when the modem says no and gives no such line
    public String resultOf(Command command, String lines, Duration patience) throws ModemException {
        try (Awaited result = expect(lines)) {
            Answer answer = execute(command);
            if (answer.ok()) {
                return result.await(patience);
            }
            try {
                return result.await(Duration.ofMillis(1));
            } catch (ModemException e) {
                if (e.trouble() != Trouble.TIMEOUT) {
                    throw e;
                }
                throw new ModemException(Trouble.REFUSED, command + " was answered with " + answer.failure(), e);
            }
        }
    }

    /// Prepares to hear lines that match as a whole, from now on; each wait ends with one of them.
    public Awaited expect(String lines) {
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

    /// Ends every wait with this reason: what is waited for cannot come any more.
    public void breakOff(ModemException why) {
        lock.lock();
        try {
            failAll(why);
        } finally {
            lock.unlock();
        }
    }

    /// Something in an answer was not as it should be: before the next command, engine and modem get back into step.
    public void distrust() {
        lock.lock();
        try {
            outOfStep = true;
        } finally {
            lock.unlock();
        }
    }

    /// All bytes that ever came.
    public long bytesReceived() {
        lock.lock();
        try {
            return bytesReceived;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
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

    private void takeSlot() throws ModemException {
        try {
            if (!slot.tryLock(patience.queue().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ModemException(Trouble.BUSY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModemException(Trouble.BUSY, "interrupted while waiting for its turn", e);
        }
    }

    // ---- exchanges, by whoever holds the slot ----

    private Answer exchange(Command command, Duration within) throws ModemException {
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

    private void resync(Duration within) throws ModemException {
        long deadline = System.nanoTime() + within.toNanos();
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
        long before = bytesReceived();
        boolean first = true;
        while (first || System.nanoTime() < deadline) {
            first = false;
            if (probe(deadline)) {
                lock.lock();
                try {
                    outOfStep = false;
                    broken = null;
                } finally {
                    lock.unlock();
                }
                listener.backInStep();
                return;
            }
        }
        Trouble trouble = bytesReceived() == before ? Trouble.MUTE : Trouble.GARBAGE;
        ModemException why = new ModemException(trouble, "no sensible answer to AT on " + line);
        lock.lock();
        try {
            if (broken == null || broken.trouble() == Trouble.MUTE || broken.trouble() == Trouble.GARBAGE) {
                broken = why;
            }
            failAll(why);
        } finally {
            lock.unlock();
        }
        listener.broken(trouble, why.getMessage());
        throw why;
    }

    /// Two questions: an OK alone may be the late answer to something earlier, but not one with the right line before it.
    private boolean probe(long deadline) throws ModemException {
        try {
            if (!exchange(Command.of("AT"), patience.probe()).ok()) {
                return false;
            }
            lock.lock();
            try {
                awaitQuiet(deadline);
            } finally {
                lock.unlock();
            }
            Command question = Command.of("AT+CMEE?").answers("\\+CMEE: ?\\d.*");
            Answer answer = exchange(question, patience.probe());
            return answer.ok() && !answer.lines().isEmpty();
        } catch (ModemException e) {
            if (e.trouble() == Trouble.LINE_LOST || e.trouble() == Trouble.CLOSED) {
                throw e;
            }
            lock.lock();
            try {
                framer.reset();
                if (e.trouble() == Trouble.REBOOTED) {
                    awaitQuiet(deadline);
                }
            } finally {
                lock.unlock();
            }
            return false;
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

    // ---- waiting; the lock is held ----

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

    private void failAll(ModemException why) {
        if (current != null) {
            current.breakOff(why);
        }
        for (Awaited hope : awaited) {
            hope.broken = why;
        }
        changed.signalAll();
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

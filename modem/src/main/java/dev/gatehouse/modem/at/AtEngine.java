package dev.gatehouse.modem.at;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Speaks AT over a [Line]: commands one at a time, in the order in which they were asked for, and everything that the
/// modem says meanwhile told apart ([Dialogue]).
///
/// - **Threads:** a command runs on the thread that asks for it, which holds the slot meanwhile. The dialogue's reader
///   calls the [Listener], which must not wait and must send no command.
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

    private final Line line;
    private final Listener listener;
    private final Patience patience;
    private final Dialogue dialogue;

    /// Held by whoever talks to the modem.
    private final ReentrantLock slot = new ReentrantLock(true);

    public AtEngine(Line line, Patience patience, Trace trace, Listener listener) {
        this.line = line;
        this.listener = listener;
        this.patience = patience;
        this.dialogue = new Dialogue(line, patience, trace, listener);
    }

    /// Opens the line, also again after it was lost. The modem is not spoken to yet: see [#bringBack].
    public void open() throws IOException {
        slot.lock();
        try {
            dialogue.open();
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
        dialogue.verboseOnly();
    }

    /// Sends a command and waits for its whole answer, also when the modem refuses it.
    public Answer execute(Command command) throws ModemException {
        takeSlot();
        try {
            if (!dialogue.inStep()) {
                resync(patience.resync());
            }
            return dialogue.exchange(command, command.patience);
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
        return dialogue.expect(lines);
    }

    /// Ends every wait with this reason: what is waited for cannot come any more.
    public void breakOff(ModemException why) {
        dialogue.breakOff(why);
    }

    /// Something in an answer was not as it should be: before the next command, engine and modem get back into step.
    public void distrust() {
        dialogue.distrust();
    }

    /// All bytes that ever came.
    public long bytesReceived() {
        return dialogue.bytesReceived();
    }

    @Override
    public void close() {
        dialogue.close();
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

    private void resync(Duration within) throws ModemException {
        long deadline = System.nanoTime() + within.toNanos();
        dialogue.clear(deadline);
        long before = dialogue.bytesReceived();
        boolean first = true;
        while (first || System.nanoTime() < deadline) {
            first = false;
            if (probe(deadline)) {
                dialogue.inStepAgain();
                listener.backInStep();
                return;
            }
        }
        Trouble trouble = dialogue.bytesReceived() == before ? Trouble.MUTE : Trouble.GARBAGE;
        ModemException why = new ModemException(trouble, "no sensible answer to AT on " + line);
        dialogue.mute(why);
        listener.broken(trouble, why.getMessage());
        throw why;
    }

    /// Two questions: an OK alone may be the late answer to something earlier, but not one with the right line before it.
    private boolean probe(long deadline) throws ModemException {
        try {
            if (!dialogue.exchange(Command.of("AT"), patience.probe()).ok()) {
                return false;
            }
            dialogue.quiet(deadline);
            Command question = Command.of("AT+CMEE?").answers("\\+CMEE: ?\\d.*");
            Answer answer = dialogue.exchange(question, patience.probe());
            return answer.ok() && !answer.lines().isEmpty();
        } catch (ModemException e) {
            if (e.trouble() == Trouble.LINE_LOST || e.trouble() == Trouble.CLOSED) {
                throw e;
            }
            dialogue.startOver();
            if (e.trouble() == Trouble.REBOOTED) {
                dialogue.quiet(deadline);
            }
            return false;
        }
    }
}

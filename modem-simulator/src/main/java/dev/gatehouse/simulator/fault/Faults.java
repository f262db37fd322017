package dev.gatehouse.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.line.Uart;
import dev.gatehouse.simulator.time.Loop;

/// The one place where faults are applied: everything the modem says and hears passes here, and every command asks here
/// whether it may go well. On the loop only.
public final class Faults {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int FAST_BAUD = 115_200;

    private final Loop loop;
    private final List<Armed> armed = new ArrayList<>();
    private final LineShape shape = new LineShape(this);
    private final Sender sender;
    private Consumer<Fault.Event> events = _ -> {};
    private Consumer<String> notes = _ -> {};
    private FlowControl flowControl = () -> false;
    private String command = "";
    private int baud;
    private boolean silent;
    private boolean mismatched;

    /// Whether user and modem hold each other back by wire.
    @FunctionalInterface
    public interface FlowControl {
        boolean isOn();
    }

    /// What comes later, and how it ends.
    @FunctionalInterface
    public interface Outcome {
        /// @param error of the command; 0 for none; below 0 for no result at all
        void in(long millis, int error);
    }

    public Faults(Loop loop) {
        this.loop = loop;
        this.sender = new Sender(loop);
    }

    /// @param line where the modem's bytes go
    /// @param toEvents told what happens to the modem
    /// @param toNotes told, in words, what was done
    public void connect(Consumer<String> line, Consumer<Fault.Event> toEvents, Consumer<String> toNotes,
            FlowControl toFlowControl) {
        sender.connect(line);
        events = toEvents;
        notes = toNotes;
        flowControl = toFlowControl;
    }

    /// The speed of the line, which some faults look at.
    public void speed(int newBaud) {
        baud = newBaud;
    }

    /// From now on.
    public void arm(Plan plan) {
        long from = loop.nanos() + plan.afterMillis() * NANOS_PER_MILLI;
        if (plan.fault() instanceof Fault.Event event && plan.on().isEmpty()) {
            loop.after(plan.afterMillis() * NANOS_PER_MILLI, () -> happen(event));
            return;
        }
        armed.add(new Armed(plan, from));
    }

    /// No more of that name.
    ///
    /// @param name of the [Catalogue]; empty for all, silence and noise included
    public void clear(String name) {
        armed.removeIf(each -> name.isEmpty() || each.plan.name().equals(name));
        if (name.isEmpty() || name.equals("silence")) {
            silent = false;
        }
        if (name.isEmpty() || name.equals("baud-mismatch")) {
            mismatched = false;
        }
    }

    /// Those that are still to strike.
    public List<Plan> armed() {
        return armed.stream().filter(each -> !each.isSpent()).map(each -> each.plan).toList();
    }

    private void happen(Fault.Event event) {
        notes.accept("fault: " + event);
        switch (event) {
            case Fault.Silence silence -> {
                silent = true;
                if (silence.millis() > 0) {
                    loop.after(silence.millis() * NANOS_PER_MILLI, () -> silent = false);
                }
            }
            case Fault.BaudMismatch mismatch -> {
                mismatched = true;
                if (mismatch.millis() > 0) {
                    loop.after(mismatch.millis() * NANOS_PER_MILLI, () -> mismatched = false);
                }
            }
            default -> events.accept(event);
        }
    }

    /// The fault of that kind that strikes now, if one does.
    <F extends Fault> Optional<F> striking(Class<F> kind) {
        Armed found = strikingArmed(kind);
        return found == null ? Optional.empty() : Optional.of(kind.cast(found.plan.fault()));
    }

    @Nullable
    Armed strikingArmed(Class<? extends Fault> kind) {
        for (Armed each : armed) {
            if (kind.isInstance(each.plan.fault()) && each.concerns(command) && each.strikes(loop.nanos())) {
                if (!(each.plan.fault() instanceof Fault.OnLine)) {
                    notes.accept("fault: " + each.plan.name() + (command.isEmpty() ? "" : " at AT" + command));
                }
                return each;
            }
        }
        return null;
    }

    // --- The line -------------------------------------------------------------------------------------------------

    /// What the modem says, all at once.
    public void send(List<Piece> pieces) {
        if (silent) {
            return;
        }
        Optional<Fault.Merge> merge = striking(Fault.Merge.class);
        for (LineShape.Chunk chunk : shape.shape(pieces)) {
            if (merge.isPresent()) {
                sender.sendTogether(chunk.octets(), merge.get().millis());
            } else {
                sender.send(chunk.octets(), chunk.delayMillis());
            }
        }
    }

    /// What the user has sent, as the modem hears it.
    public String receive(String octets) {
        if (silent) {
            return "";
        }
        return damaged(octets, true);
    }

    /// Bytes after a way along a bad line.
    String damaged(String octets, boolean in) {
        String heard = octets;
        for (Armed each : armed) {
            if (each.plan.fault() instanceof Fault.BytesLost lost && (in ? lost.in() : lost.out())
                    && !(lost.ofFastLine() && (flowControl.isOn() || baud <= FAST_BAUD)) && each.concerns(command)
                    && each.strikes(loop.nanos())) {
                heard = LineShape.thinned(heard, lost.oneOf(), each.random);
            } else if (each.plan.fault() instanceof Fault.BytesWrong wrong && !in && each.concerns(command)
                    && each.strikes(loop.nanos())) {
                heard = LineShape.garbled(heard, wrong.oneOf(), each.random);
            }
        }
        return mismatched ? Uart.noise(heard, shape.random()) : heard;
    }

    /// Is what was typed given back?
    public boolean echoes(boolean asSet) {
        return asSet || striking(Fault.EchoAlways.class).isPresent();
    }

    /// A command line begins.
    ///
    /// @return how long it takes to be answered; below 0 when it is lost
    public long beforeAnswer(String line, long millis) {
        command = line;
        shape.commandBegins();
        for (Armed each : List.copyOf(armed)) {
            if (each.plan.fault() instanceof Fault.Event event && each.concerns(line)
                    && each.strikes(loop.nanos())) {
                happen(event);
            }
        }
        if (striking(Fault.CommandLost.class).isPresent()) {
            return -1;
        }
        return millis + striking(Fault.AnswerLate.class).map(Fault.AnswerLate::millis).orElse(0);
    }

    /// A command line is answered; what follows belongs to none.
    public void afterAnswer() {
        command = "";
    }

    /// How long a prompt takes.
    public long beforePrompt(long millis) {
        return millis + striking(Fault.PromptLate.class).map(Fault.PromptLate::millis).orElse(0);
    }

    /// What asks for a payload; empty when nothing does.
    public String prompt(String usual) {
        if (striking(Fault.PromptLost.class).isPresent()) {
            return "";
        }
        return striking(Fault.PromptStyle.class).map(Fault.PromptStyle::octets).orElse(usual);
    }

    // --- Commands -------------------------------------------------------------------------------------------------

    public boolean refuses() {
        return striking(Fault.Refused.class).isPresent();
    }

    public boolean countsLineFeed() {
        return striking(Fault.LineFeedCounted.class).isPresent();
    }

    /// @param setting `E`, `V`, `Q` or `CMEE`
    public boolean ignores(String setting) {
        for (Armed each : armed) {
            if (each.plan.fault() instanceof Fault.SettingIgnored ignored && ignored.name().equals(setting)
                    && each.strikes(loop.nanos())) {
                return true;
            }
        }
        return false;
    }

    /// @return a code of `+CME ERROR`; 0 for none
    public int simError() {
        return striking(Fault.SimLate.class).map(Fault.SimLate::code).orElse(0);
    }

    public void netOpen(long millis, Outcome then) {
        then.in(millis, striking(Fault.NetOpenFails.class).map(Fault.NetOpenFails::error).orElse(0));
    }

    /// A connection is to be opened.
    public void opening(Outcome then) {
        Optional<Fault.OpenFails> fails = striking(Fault.OpenFails.class);
        if (fails.isPresent()) {
            then.in(fails.get().millis(), fails.get().error());
            return;
        }
        long late = striking(Fault.OpenLate.class).map(Fault.OpenLate::millis).orElse(0);
        lookUp((millis, error) -> then.in(millis + late, error == 0 ? 0 : 11));
    }

    /// A name is to be looked up.
    public void lookUp(Outcome then) {
        Optional<Fault.DnsFails> fails = striking(Fault.DnsFails.class);
        if (fails.isPresent()) {
            then.in(fails.get().millis(), 10);
        } else {
            then.in(striking(Fault.DnsLate.class).map(Fault.DnsLate::millis).orElse(0), 0);
        }
    }

    public int bufferBytes(int usual) {
        return striking(Fault.BufferSmall.class).map(small -> Math.min(usual, small.bytes())).orElse(usual);
    }

    public boolean busy() {
        return striking(Fault.SendBusy.class).isPresent();
    }

    /// @return how many bytes of a payload are accepted; below 0 when the result is to be -1
    public int confirmed(int bytes) {
        return striking(Fault.SendPartly.class).map(Fault.SendPartly::bytes).orElse(bytes);
    }

    /// Does a link end now?
    public boolean closesAfter(long receivedBytes) {
        return armed.stream().anyMatch(each -> each.plan.fault() instanceof Fault.CloseWithData close
                && receivedBytes >= close.bytes()) && striking(Fault.CloseWithData.class).isPresent();
    }

    public boolean hidesData() {
        return striking(Fault.DataHidden.class).isPresent();
    }

    public int readable(int bytes) {
        return striking(Fault.ReadShort.class).map(shorter -> Math.min(bytes, shorter.bytesMax())).orElse(bytes);
    }

    public int rest(int bytes) {
        return striking(Fault.RestWrong.class).map(wrong -> Math.max(0, bytes + wrong.by())).orElse(bytes);
    }

    public boolean leavesOutServerName() {
        return striking(Fault.ServerNameMissing.class).isPresent();
    }

    /// Too much is asked of a TLS session.
    public boolean freezes() {
        boolean freezes = striking(Fault.CchFreeze.class).isPresent();
        silent |= freezes;
        return freezes;
    }

    public boolean hidesSessions() {
        return striking(Fault.CchStateHidden.class).isPresent();
    }

    /// The modem has been off: it talks again.
    public void rebooted() {
        silent = false;
        shape.rebooted();
    }
}

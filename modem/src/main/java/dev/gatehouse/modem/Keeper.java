package dev.gatehouse.modem;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.modem.ModemState.Attaching;
import dev.gatehouse.modem.ModemState.Closed;
import dev.gatehouse.modem.ModemState.Event;
import dev.gatehouse.modem.ModemState.Failed;
import dev.gatehouse.modem.ModemState.Online;
import dev.gatehouse.modem.ModemState.Preparing;
import dev.gatehouse.modem.ModemState.Registering;
import dev.gatehouse.modem.ModemState.Starting;
import dev.gatehouse.modem.ModemState.Unlocking;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Brings the modem up, and up again.
///
/// **Thread:** one of its own, which owns the state; others hear of it and wait for it.
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final int EVENTS_MAX = 1000;
    private static final int PAUSE_GROWTH_MAX = 10;
    /// An online modem that nobody uses is asked this many polls after the last word.
    private static final int CHECK_AFTER_POLLS = 6;

    private final AtEngine engine;
    private final Bringup bringup;
    private final ModemSettings settings;
    private final Consumer<ModemState> effects;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ModemState state = new Starting();
    /// Events told and events dealt with: while they differ, the state may be about to change.
    private long told;
    private long dealtWith;
    private volatile @Nullable Consumer<ModemState> watcher;

    private int failures;
    private boolean attachAnew;
    private boolean lineLost = true;
    private long taken;

    /// @param effects what is done at each change of state, on the keeper's thread, before anybody hears of it
    Keeper(AtEngine engine, ModemSettings settings, Consumer<ModemState> effects) {
        this.engine = engine;
        this.settings = settings;
        this.effects = effects;
        this.bringup = new Bringup(engine, settings, this::nap);
    }

    void start() {
        Thread.ofPlatform().daemon().name("modem-keeper").start(this::run);
    }

    /// Tells the keeper what happened; by any thread. When it has far too much to do already, nothing is lost by not
    /// telling it more.
    void post(Event event) {
        lock.lock();
        try {
            if (events.offer(event)) {
                told++;
            } else {
                LOG.debug("dropped {}", event);
            }
        } finally {
            lock.unlock();
        }
    }

    void watch(Consumer<ModemState> watcher) {
        this.watcher = watcher;
    }

    ModemState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    interface Until {
        boolean holds(ModemState state);
    }

    /// Waits for a state in which the modem stays, as far as is known.
    ///
    /// @return the state in which the wait ended
    ModemState await(Until until, Duration patience) throws ModemException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!(until.holds(state) && (told == dealtWith || state instanceof Closed)) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return state;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModemException(Trouble.TIMEOUT, "interrupted while waiting for the modem", e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!(state() instanceof Closed)) {
            Event event = work();
            become(ModemState.next(state(), event), event);
            passedOver();
        }
    }

    /// What was taken changes nothing here.
    private void passedOver() {
        lock.lock();
        try {
            dealtWith = taken;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next event, or null when none comes in time.
    private @Nullable Event take(long nanos) throws InterruptedException {
        Event event = events.poll(nanos, TimeUnit.NANOSECONDS);
        if (event != null) {
            taken++;
        }
        return event;
    }

    private Event work() {
        ModemState now = state();
        try {
            Event done = switch (now) {
                case Starting _ -> {
                    if (lineLost) {
                        engine.open();
                        lineLost = false;
                    }
                    bringup.start();
                    yield new Event.Answers();
                }
                case Preparing _ -> {
                    bringup.prepare();
                    yield new Event.Ready();
                }
                case Unlocking _ -> {
                    bringup.unlock();
                    yield new Event.Ready();
                }
                case Registering _ -> {
                    bringup.register();
                    yield new Event.Ready();
                }
                case Attaching _ -> {
                    Event attached = new Event.Attached(bringup.attach(attachAnew));
                    attachAnew = false;
                    failures = 0;
                    yield attached;
                }
                case Online _ -> watchOver();
                case Failed failed -> pause(failed);
                case Closed _ -> new Event.Close();
            };
            return urgent(now, done);
        } catch (ModemException e) {
            return urgent(now, e.trouble() == Trouble.REBOOTED
                    ? new Event.Restarted(String.valueOf(e.getMessage()))
                    : new Event.Troubled(e.trouble(), detail(e)));
        } catch (IOException e) {
            return urgent(now, new Event.Troubled(Trouble.LINE_LOST, String.valueOf(e.getMessage())));
        }
    }

    private static String detail(ModemException e) {
        String message = String.valueOf(e.getMessage());
        String sentence = e.trouble().sentence();
        return message.startsWith(sentence + ": ") ? message.substring(sentence.length() + 2) : "";
    }

    /// What came meanwhile and matters more than what was done: the modem started anew, or is to be closed.
    private Event urgent(ModemState during, Event done) {
        Event found = done;
        Event next;
        while ((next = events.poll()) != null) {
            taken++;
            boolean matters = switch (next) {
                case Event.Close _ -> true;
                // While the modem is looked for, its first words are good news.
                case Event.Restarted _ -> !(found instanceof Event.Close) && !(during instanceof Starting)
                        && !(during instanceof Failed);
                case Event.NetworkLost _ -> found instanceof Event.Attached;
                case Event.Troubled(Trouble why, String _) -> why == Trouble.LINE_LOST
                        && !(found instanceof Event.Close);
                case Event.Answers _,Event.Ready _,Event.Attached _,Event.Doubted _,Event.Retry _ -> false;
            };
            if (matters) {
                found = next;
            }
        }
        return found;
    }

    private Event watchOver() throws ModemException {
        long patience = CHECK_AFTER_POLLS * settings.timing().poll().toNanos();
        Event event;
        try {
            event = take(patience);
        } catch (InterruptedException e) {
            return new Event.Close();
        }
        if (event != null && !(event instanceof Event.Doubted)) {
            return event;
        }
        if (!bringup.isAsLeft()) {
            return new Event.Restarted("it has forgotten its settings");
        }
        return bringup.isNetworkOpen() ? new Event.Doubted() : new Event.NetworkLost("the modem's network is closed");
    }

    private Event pause(Failed failed) {
        failures++;
        long millis = settings.timing().pause().toMillis()
                * Math.min(PAUSE_GROWTH_MAX, 1L << Math.min(failures - 1, 10));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            long left = failed.isFinal() ? Long.MAX_VALUE : until - System.nanoTime();
            if (left <= 0) {
                return new Event.Retry();
            }
            try {
                Event event = take(left);
                if (event instanceof Event.Close) {
                    return event;
                }
                if (event instanceof Event.Restarted && !failed.isFinal()) {
                    return new Event.Retry();
                }
                passedOver();
            } catch (InterruptedException e) {
                return new Event.Close();
            }
        }
    }

    private boolean nap(Duration howLong) {
        long until = System.nanoTime() + howLong.toNanos();
        long left;
        while ((left = until - System.nanoTime()) > 0) {
            Event first = events.peek();
            if (first instanceof Event.Close || first instanceof Event.Restarted || first instanceof Event.Troubled) {
                return false;
            }
            try {
                Event event = take(left);
                if (event instanceof Event.Close || event instanceof Event.Restarted
                        || event instanceof Event.Troubled) {
                    post(event);
                    return false;
                }
                passedOver();
            } catch (InterruptedException e) {
                post(new Event.Close());
                return false;
            }
        }
        return true;
    }

    private void become(ModemState to, Event why) {
        ModemState from = state();
        if (to.equals(from)) {
            return;
        }
        // Whoever waits is told by an answer or an exception, and the gateway has lines of its own.
        LOG.debug("modem: {} -> {} ({})", from.sentence(), to.sentence(), why);
        settings.trace().note(to.sentence());
        if (why instanceof Event.NetworkLost) {
            attachAnew = true;
        }
        if (to instanceof Failed failed && failed.why() == Trouble.LINE_LOST) {
            lineLost = true;
        }
        effects.accept(to);
        lock.lock();
        try {
            state = to;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Consumer<ModemState> told = watcher;
        if (told != null) {
            told.accept(to);
        }
    }
}

package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;

/// Counts every connection exactly, in total and for whom it belongs to.
///
/// - **Invariant:** in total, for each tenant and for the operator's part, whenever anybody looks:
///   `accepted = handshaking + open + ended + refused`, the last summed over its causes.
/// - **Ownership:** a connection counts for the operator until its tenant is known, then for that tenant, its accept too.
/// - **Limits:** one account per tenant, one number per cause in it.
/// - **Thread:** any; one lock, held for a few additions.
public final class Census {
    private final Map<String, Account> tenants = new HashMap<>();
    private final Account operator = new Account();
    private final Account total = new Account();

    /// Figures of one moment that fit each other.
    ///
    /// @param accepted connections ever accepted
    /// @param handshaking those of them that are neither open nor over
    /// @param open those with an open session
    /// @param ended those that are over and had been open
    /// @param refused those that are over and never were open, by cause; causes that never occurred are left out
    public record Figures(long accepted, long handshaking, long open, long ended, Map<Cause, Long> refused) {
        public Figures {
            refused = Map.copyOf(refused);
        }

        /// All refused, whatever the cause.
        public long refusedInAll() {
            return refused.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Everything at one moment.
    ///
    /// @param operator what no tenant owns, and what removed tenants left
    /// @param tenants by name; all that exist
    public record Snapshot(Figures total, Figures operator, Map<String, Figures> tenants) {
        public Snapshot {
            tenants = Map.copyOf(tenants);
        }
    }

    /// Where one connection is counted; its fields belong to the census.
    abstract static class Seat {
        private @Nullable Account account;
        private Place place = Place.HANDSHAKING;
    }

    private enum Place {
        HANDSHAKING, OPEN, OVER
    }

    /// Counts a new connection, for the operator. Before anything else that is done with its seat.
    synchronized void accepted(Seat seat) {
        for (Account each : List.of(operator, total)) {
            each.accepted++;
            each.handshaking++;
        }
        seat.account = operator;
    }

    /// Opens an account for a tenant that now exists.
    synchronized void added(String tenant) {
        tenants.computeIfAbsent(tenant, _ -> new Account());
    }

    /// Moves a connection to a tenant. Over already, it stays where it is.
    ///
    /// @return false when there is no such tenant: then it stays, too
    synchronized boolean belongsTo(Seat seat, String tenant) {
        Account to = tenants.get(tenant);
        Account from = current(seat);
        if (to == null || to == from || seat.place == Place.OVER) {
            return to != null;
        }
        boolean open = seat.place == Place.OPEN;
        from.accepted--;
        to.accepted++;
        from.move(open, -1);
        to.move(open, 1);
        seat.account = to;
        return true;
    }

    /// The session of a connection is open. Counted once.
    synchronized void opened(Seat seat) {
        if (seat.place == Place.HANDSHAKING) {
            seat.place = Place.OPEN;
            for (Account each : List.of(current(seat), total)) {
                each.handshaking--;
                each.open++;
            }
        }
    }

    /// A connection is over. Counted once.
    ///
    /// @param cause counts where the connection never was open
    synchronized void over(Seat seat, Cause cause) {
        for (Account each : List.of(current(seat), total)) {
            switch (seat.place) {
                case HANDSHAKING -> {
                    each.handshaking--;
                    each.refused(cause, 1);
                }
                case OPEN -> {
                    each.open--;
                    each.ended++;
                }
                case OVER -> {
                }
            }
        }
        seat.place = Place.OVER;
    }

    /// Hands a tenant's figures to the operator, with the connections that it still has.
    synchronized void removed(String tenant) {
        Account account = tenants.remove(tenant);
        if (account != null) {
            operator.add(account);
            account.heir = operator;
        }
    }

    /// All figures of one moment.
    public synchronized Snapshot snapshot() {
        Map<String, Figures> each = new HashMap<>();
        tenants.forEach((name, account) -> each.put(name, account.figures()));
        return new Snapshot(total.figures(), operator.figures(), each);
    }

    /// The figures of everything together.
    public synchronized Figures total() {
        return total.figures();
    }

    /// The figures of one tenant, all zero when there is no such tenant.
    ///
    /// @param tenant null for what no tenant owns
    public synchronized Figures of(@Nullable String tenant) {
        return tenant == null ? operator.figures() : tenants.getOrDefault(tenant, new Account()).figures();
    }

    private static Account current(Seat seat) {
        Account account = seat.account;
        if (account == null) {
            throw new IllegalStateException("a connection that was not counted when it was accepted");
        }
        Account heir = account.heir;
        if (heir != null) {
            seat.account = heir;
            return heir;
        }
        return account;
    }

    private static final class Account {
        private long accepted;
        private long handshaking;
        private long open;
        private long ended;
        private @Nullable EnumMap<Cause, Long> refused; // made with the first refusal: most tenants have none
        private @Nullable Account heir;

        private void move(boolean isOpen, int by) {
            if (isOpen) {
                open += by;
            } else {
                handshaking += by;
            }
        }

        private void refused(Cause cause, long count) {
            if (refused == null) {
                refused = new EnumMap<>(Cause.class);
            }
            refused.merge(cause, count, Long::sum);
        }

        private void add(Account other) {
            accepted += other.accepted;
            handshaking += other.handshaking;
            open += other.open;
            ended += other.ended;
            if (other.refused != null) {
                new ArrayList<>(other.refused.entrySet()).forEach(each -> refused(each.getKey(), each.getValue()));
            }
        }

        private Figures figures() {
            return new Figures(accepted, handshaking, open, ended, refused == null ? Map.of() : refused);
        }
    }
}

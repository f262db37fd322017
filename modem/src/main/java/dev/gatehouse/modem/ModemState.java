package dev.gatehouse.modem;

import dev.gatehouse.modem.at.Trouble;

/// How far the modem is on its way to the network. What is not in the table leaves the state as it is.
///
/// ```
/// state        event                 next         what is done there
/// Starting     Answers               Preparing    find the speed, get into step
/// Preparing    Ready                 Unlocking    echo off, words for codes, flow control
/// Unlocking    Ready                 Registering  SIM card and PIN
/// Registering  Ready                 Attaching    wait for the network
/// Attaching    Attached              Online       APN, +CIPRXGET, +NETOPEN, address
/// Online       NetworkLost           Registering  connections fail, then all from here again
/// any          Restarted             Starting     connections fail
/// any          Troubled              Failed       connections fail
/// Failed       Retry                 Starting     after a pause, unless only a person can help
/// any          Close                 Closed
/// ```
public sealed interface ModemState {
    record Starting() implements ModemState {}

    record Preparing() implements ModemState {}

    record Unlocking() implements ModemState {}

    record Registering() implements ModemState {}

    record Attaching() implements ModemState {}

    /// Connections can be opened.
    ///
    /// @param address the modem's own, empty when it does not tell
    record Online(String address) implements ModemState {}

    /// It did not work; unless `isFinal`, it is tried again after a pause.
    record Failed(Trouble why, String detail) implements ModemState {
        /// Whether trying again would be useless or would do harm, such as a PIN that was wrong.
        public boolean isFinal() {
            return switch (why) {
                case SIM_PIN_NEEDED, SIM_PIN_WRONG, SIM_LOCKED, UNSAFE_TEXT -> true;
                default -> false;
            };
        }
    }

    record Closed() implements ModemState {}

    /// What happens to a modem.
    sealed interface Event {
        /// Somebody answers, and the engine is in step.
        record Answers() implements Event {}

        /// The state's work is done.
        record Ready() implements Event {}

        record Attached(String address) implements Event {}

        record NetworkLost(String detail) implements Event {}

        record Restarted(String detail) implements Event {}

        record Troubled(Trouble why, String detail) implements Event {}

        /// Something happened after which it is better to ask the modem how it is.
        record Doubted() implements Event {}

        record Retry() implements Event {}

        record Close() implements Event {}
    }

    /// The table above.
    static ModemState next(ModemState state, Event event) {
        return switch (event) {
            case Event.Close _ -> new Closed();
            case Event.Restarted _ -> state instanceof Closed ? state : new Starting();
            case Event.Troubled(Trouble why, String detail) ->
                state instanceof Closed ? state : new Failed(why, detail);
            case Event.Answers _ -> state instanceof Starting ? new Preparing() : state;
            case Event.Retry _ -> state instanceof Failed failed && !failed.isFinal() ? new Starting() : state;
            case Event.Doubted _ -> state;
            case Event.NetworkLost _ -> state instanceof Online ? new Registering() : state;
            case Event.Attached(String address) -> state instanceof Attaching ? new Online(address) : state;
            case Event.Ready _ -> switch (state) {
                case Preparing _ -> new Unlocking();
                case Unlocking _ -> new Registering();
                case Registering _ -> new Attaching();
                case Starting _,Attaching _,Online _,Failed _,Closed _ -> state;
            };
        };
    }

    /// For people.
    default String sentence() {
        return switch (this) {
            case Starting _ -> "looking for the modem";
            case Preparing _ -> "setting the modem up";
            case Unlocking _ -> "reading the SIM card";
            case Registering _ -> "looking for the network";
            case Attaching _ -> "opening the data connection";
            case Online(String address) -> "online" + (address.isEmpty() ? "" : " as " + address);
            case Failed(Trouble why, String detail) -> why.sentence() + (detail.isEmpty() ? "" : ": " + detail);
            case Closed _ -> "closed";
        };
    }
}

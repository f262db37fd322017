package dev.gatehouse.modem;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Quoted;
import dev.gatehouse.modem.at.Trouble;

/// The commands that each [ModemState] on the way to the network consists of.
///
/// **Thread:** the keeper's.
final class Bringup {
    /// Speeds that modems are found at, the usual ones first.
    private static final List<Integer> SPEEDS = List.of(115_200, 9_600, 921_600, 460_800, 230_400, 57_600, 38_400,
            19_200);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofMillis(1500);
    private static final Duration SIM_WAKES = Duration.ofSeconds(30);
    private static final Duration SLICE = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Pattern REGISTERED = Pattern.compile("\\+C(?:E|G)?REG: ?\\d,(\\d{1,2})(?:,.*)?");
    private static final String NETOPEN = "\\+NETOPEN: ?(\\d+)";
    private static final int TEXT_CHARACTERS_MAX = 100;

    private final AtEngine engine;
    private final ModemSettings settings;
    private final Nap nap;
    private boolean pinTried;
    private int attachFailures;

    /// Waits a little, unless the keeper has something else to do.
    interface Nap {
        /// @return false when the state's work is to be broken off
        boolean nap(Duration howLong);
    }

    Bringup(AtEngine engine, ModemSettings settings, Nap nap) {
        this.engine = engine;
        this.settings = settings;
        this.nap = nap;
    }

    /// Finds the speed at which the modem answers, and gets into step with it.
    void start() throws IOException {
        try {
            engine.bringBack(FIRST_LOOK);
            return;
        } catch (ModemException e) {
            if (e.trouble() != Trouble.MUTE && e.trouble() != Trouble.GARBAGE) {
                throw e;
            }
        }
        for (int speed : SPEEDS) {
            if (!engine.speed(speed)) {
                break;
            }
            try {
                engine.bringBack(LOOK);
                return;
            } catch (ModemException e) {
                if (e.trouble() != Trouble.MUTE && e.trouble() != Trouble.GARBAGE) {
                    throw e;
                }
            }
        }
        engine.bringBack();
    }

    void prepare() throws IOException {
        // A modem that was told ATQ1 would not say OK to anything but this.
        engine.execute(Command.of("ATQ0"));
        engine.require(Command.of("ATE0"));
        engine.require(Command.of("ATV1"));
        engine.verboseOnly();
        optional("AT+CMEE=2");
        if (settings.flowControl()) {
            optional("AT+IFC=2,2");
        }
        if (settings.bitsPerSecond() != 0) {
            changeSpeed(settings.bitsPerSecond());
        }
        optional("AT+CEREG=1");
        optional("AT+CREG=1");
    }

    private void changeSpeed(int bitsPerSecond) throws IOException {
        Answer now = engine.execute(Command.of("AT+IPR?").answers("\\+IPR: ?\\d+"));
        String speed = now.after("+IPR:");
        if (!now.ok() || speed.equals(String.valueOf(bitsPerSecond))) {
            return;
        }
        if (engine.execute(Command.of("AT+IPR=" + bitsPerSecond)).ok()) {
            nap.nap(Duration.ofMillis(100));
            engine.speed(bitsPerSecond);
            engine.distrust();
            engine.bringBack();
        }
    }

    void unlock() throws IOException {
        long deadline = System.nanoTime() + SIM_WAKES.toNanos();
        while (true) {
            Answer answer = engine.execute(Command.of("AT+CPIN?").answers("\\+CPIN: ?.*").within(SLICE));
            String status = answer.after("+CPIN:");
            switch (status) {
                case "READY" -> {
                    return;
                }
                case "SIM PIN" -> givePin();
                case "SIM PUK", "SIM PUK2", "PH-SIM PUK" -> throw new ModemException(Trouble.SIM_LOCKED, status);
                default -> {
                    if (System.nanoTime() > deadline) {
                        throw new ModemException(isMissing(answer) ? Trouble.SIM_MISSING : Trouble.SIM_FAILED,
                                status.isEmpty() ? answer.failure() : status);
                    }
                }
            }
            if (!nap.nap(settings.timing().again())) {
                return;
            }
            if (isMissing(answer) && System.nanoTime() > deadline - SIM_WAKES.toNanos() * 2 / 3) {
                throw new ModemException(Trouble.SIM_MISSING, answer.failure());
            }
        }
    }

    private static boolean isMissing(Answer answer) {
        String failure = answer.failure();
        return failure.contains("not inserted") || failure.matches("\\+CME ERROR: ?10");
    }

    /// Once and never again: the third wrong PIN locks the card.
    private void givePin() throws ModemException {
        String pin = settings.pin().value();
        if (pin.isEmpty()) {
            throw new ModemException(Trouble.SIM_PIN_NEEDED);
        }
        if (pinTried) {
            throw new ModemException(Trouble.SIM_PIN_WRONG, "it asks for the PIN again");
        }
        if (!pin.matches("\\d{4,8}")) {
            throw new ModemException(Trouble.UNSAFE_TEXT, "a PIN has 4 to 8 digits and nothing else");
        }
        pinTried = true;
        Answer answer = engine.execute(Command.of("AT+CPIN=" + pin).hides(pin).within(LONG));
        if (!answer.ok()) {
            throw new ModemException(Trouble.SIM_PIN_WRONG, answer.failure());
        }
        pinTried = false;
    }

    void register() throws IOException {
        long deadline = System.nanoTime() + settings.timing().register().toNanos();
        int denied = 0;
        while (true) {
            boolean isDenied = false;
            String last = "";
            for (String command : List.of("AT+CEREG?", "AT+CREG?", "AT+CGREG?")) {
                Answer answer = engine.execute(Command.of(command).answers("\\+C(?:E|G)?REG: ?\\d,\\d.*"));
                Matcher matcher = REGISTERED.matcher(answer.lines().isEmpty() ? "" : answer.lines().getFirst());
                if (matcher.matches()) {
                    int stat = Integer.parseInt(matcher.group(1));
                    if (stat == 1 || stat == 5) {
                        return;
                    }
                    isDenied |= stat == 3;
                    last = Codes.registration(stat);
                }
            }
            denied = isDenied ? denied + 1 : 0;
            if (denied >= 5) {
                throw new ModemException(Trouble.NETWORK_DENIED);
            }
            if (System.nanoTime() > deadline) {
                throw new ModemException(Trouble.NO_NETWORK, last);
            }
            if (!nap.nap(settings.timing().again())) {
                return;
            }
        }
    }

    /// Opens the data connection.
    ///
    /// @param anew whether one that seems open is not to be trusted
    /// @return the modem's address, or an empty text
    String attach(boolean anew) throws IOException {
        configure();
        boolean open = isNetworkOpen();
        if (open && anew) {
            closeNetwork();
            open = isNetworkOpen();
        }
        if (!open) {
            try {
                openNetwork();
            } catch (ModemException e) {
                if (e.trouble() == Trouble.NO_DATA_SERVICE && ++attachFailures % 5 == 0) {
                    // What opening and closing does not mend, a restart of the modem sometimes does.
                    engine.execute(Command.of("AT+CRESET"));
                }
                throw e;
            }
        }
        attachFailures = 0;
        Answer address = engine.execute(Command.of("AT+IPADDR").answers("\\+IPADDR: ?.*").within(SLICE));
        return address.after("+IPADDR:");
    }

    private void configure() throws ModemException {
        if (!settings.apn().isEmpty()) {
            String apn = Quoted.text("the APN", settings.apn(), TEXT_CHARACTERS_MAX);
            optional("AT+CGDCONT=1,\"IP\"," + apn);
        }
        if (!settings.user().isEmpty()) {
            String user = Quoted.text("the APN's user name", settings.user(), TEXT_CHARACTERS_MAX);
            String password = Quoted.text("the APN's password", settings.password().value(), TEXT_CHARACTERS_MAX);
            // The password comes before the user here; 1 is PAP.
            engine.execute(Command.of("AT+CGAUTH=1,1," + password + "," + user).hides(settings.password().value()));
        }
        String mode = settings.receive() == Receive.PUSH ? "0" : "1";
        engine.require(Command.of("AT+CIPRXGET=" + mode));
        if (settings.receive() == Receive.PUSH) {
            optional("AT+CIPHEAD=1");
            optional("AT+CIPSRIP=1");
        }
    }

    boolean isNetworkOpen() throws ModemException {
        Answer answer = engine.execute(Command.of("AT+NETOPEN?").answers(NETOPEN + "(?:,.*)?").within(SLICE));
        return answer.after("+NETOPEN:").startsWith("1");
    }

    /// Whether the modem still has the settings it was given; after a restart it has not.
    boolean isAsLeft() throws ModemException {
        Answer answer = engine.execute(Command.of("AT+CIPRXGET?").answers("\\+CIPRXGET: ?\\d"));
        String mode = answer.after("+CIPRXGET:");
        return mode.isEmpty() || mode.equals("0") == (settings.receive() == Receive.PUSH);
    }

    private void closeNetwork() throws ModemException {
        try (Awaited closed = engine.expect("\\+NETCLOSE: ?\\d+")) {
            if (engine.execute(Command.of("AT+NETCLOSE").within(LONG)).ok()) {
                closed.await(SLICE);
            }
        } catch (ModemException e) {
            if (e.trouble() != Trouble.TIMEOUT) {
                throw e;
            }
        }
    }

    private void openNetwork() throws ModemException {
        long deadline = System.nanoTime() + settings.timing().attach().toNanos();
        String result = "";
        try (Awaited opened = engine.expect(NETOPEN)) {
            Answer answer = engine.execute(Command.of("AT+NETOPEN").within(LONG));
            if (!answer.ok()) {
                if (Codes.ipError(answer.failure().replaceFirst("\\+IP ERROR: ?", "")).contains("already open")
                        || isNetworkOpen()) {
                    return;
                }
                closeNetwork();
                throw new ModemException(Trouble.NO_DATA_SERVICE, answer.failure());
            }
            result = opened.await(SLICE);
        } catch (ModemException e) {
            if (e.trouble() != Trouble.TIMEOUT) {
                throw e;
            }
        }
        // Some firmware never says that it is open; asking is the only way to know.
        while (result.isEmpty()) {
            if (isNetworkOpen()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new ModemException(Trouble.NO_DATA_SERVICE, "+NETOPEN did not end");
            }
            try (Awaited opened = engine.expect(NETOPEN)) {
                result = opened.await(SLICE);
            } catch (ModemException e) {
                if (e.trouble() != Trouble.TIMEOUT) {
                    throw e;
                }
            }
        }
        int code = Integer.parseInt(result.replaceAll("\\D", ""));
        if (code != 0 && !isNetworkOpen()) {
            throw new ModemException(Trouble.NO_DATA_SERVICE, Codes.socket(code));
        }
    }

    private void optional(String command) throws ModemException {
        engine.execute(Command.of(command).answersAnything());
    }
}

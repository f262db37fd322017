package dev.gatehouse.simulator.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import dev.gatehouse.simulator.fault.Fault.LineEnds;
import dev.gatehouse.simulator.fault.Fault.UrcInserted;
import dev.gatehouse.simulator.fault.Fault.UrcInserted.Place;

/// The faults by name, as in `--fault NAME:key=value,…`; `docs/modem-simulator.md` has the same table.
public final class Catalogue {
    private static final int MILLIS_MAX = 3_600_000;
    private static final int BYTES_MAX = 1 << 20;
    private static final Map<String, Entry> ENTRIES = new LinkedHashMap<>();

    /// @param what it does, in one sentence, with its own keys
    /// @param times how often it strikes unless told; 0 for always
    private record Entry(String what, int times, Function<Values, Fault> make) {}

    static {
        line();
        commands();
        events();
    }

    private Catalogue() {}

    private static void add(String name, int times, String what, Function<Values, Fault> make) {
        ENTRIES.put(name, new Entry(what, times, make));
    }

    private static void line() {
        add("split", 0, "answers come in pieces of 1 to bytes= (8) bytes, gap= (2) milliseconds apart",
                values -> new Fault.Split(values.number("bytes", 1, BYTES_MAX, 8), values.number("gap", 0, MILLIS_MAX,
                        2)));
        add("trickle", 0, "every byte by itself, gap= (2) milliseconds apart",
                values -> new Fault.Split(1, values.number("gap", 0, MILLIS_MAX, 2)));
        add("merge", 0, "what is said waits millis= (20) and goes out with what follows",
                values -> new Fault.Merge(values.number("millis", 1, MILLIS_MAX, 20)));
        add("line-ends", 0, "lines end otherwise: style= double-cr, lf, empty, blank, random",
                values -> new LineEnds(values.choice("style", LineEnds.Style.class, LineEnds.Style.RANDOM)));
        add("prompt-lost", 1, "the prompt does not come", _ -> new Fault.PromptLost());
        add("prompt-late", 0, "the prompt takes millis= (2000) longer",
                values -> new Fault.PromptLate(values.number("millis", 1, MILLIS_MAX, 2000)));
        add("prompt", 0, "the prompt has another form: style= bare, space, line",
                values -> new Fault.PromptStyle(switch (values.text("style", "space")) {
                    case "bare" -> "\r\n>";
                    case "space" -> "\r\n> ";
                    case "line" -> "\r\n>\r\n";
                    default -> throw new IllegalArgumentException("fault prompt: style is one of bare, space, line");
                }));
        inserted("urc-before-answer", Place.BEFORE_ANSWER, "between a command and its answer");
        inserted("urc-inside-answer", Place.INSIDE_ANSWER, "between two lines of an answer");
        inserted("urc-merged", Place.AFTER_ANSWER, "right after an answer, in the same write");
        inserted("urc-before-prompt", Place.BEFORE_PROMPT, "between a command and its prompt");
        inserted("urc-before-result", Place.BEFORE_RESULT, "between OK and the result");
        inserted("urc-in-echo", Place.IN_ECHO, "in the middle of an echo");
        inserted("urc-in-data", Place.IN_DATA, "in the middle of counted bytes");
        add("urc-held", 0, "true notifications wait for the next answer: place= before-answer, inside-answer, "
                + "after-answer",
                values -> new Fault.UrcHeld(values.choice("place", Place.class,
                        Place.BEFORE_ANSWER)));
        add("urc-lost", 1, "a notification that begins with prefix= (+CIPRXGET: 1) does not come",
                values -> new Fault.UrcLost(values.text("prefix", "+CIPRXGET: 1")));
        add("urc-twice", 0, "a notification that begins with prefix= (any) comes twice",
                values -> new Fault.UrcTwice(values.text("prefix", "")));
        add("splice", 1, "the second half of a notification comes after what is said next",
                _ -> new Fault.Splice());
        add("echo", 0, "commands are echoed whatever ATE says", _ -> new Fault.EchoAlways());
        add("result-first", 0, "a result comes before its OK", _ -> new Fault.ResultFirst());
        add("bytes-lost", 0, "one byte of of= (1000) is lost, direction= both, in, out", values -> lost(values, false));
        add("overrun", 0, "the same, only without flow control and above 115200 baud",
                values -> lost(values, true));
        add("bytes-wrong", 0, "one byte of of= (1000) that the modem sends is another one",
                values -> new Fault.BytesWrong(values.number("of", 1, BYTES_MAX, 1000)));
        add("answer-cut", 0, "an answer ends after bytes= (256) bytes",
                values -> new Fault.AnswerCut(values.number("bytes", 1, BYTES_MAX, 256)));
    }

    private static Fault lost(Values values, boolean ofFastLine) {
        String direction = values.text("direction", "both");
        return new Fault.BytesLost(values.number("of", 1, BYTES_MAX, 1000), !direction.equals("out"),
                !direction.equals("in"), ofFastLine);
    }

    private static void inserted(String name, Place place, String where) {
        add(name, 0, "a line nobody asked for, text= (one that networks send), count= (1), " + where,
                values -> new UrcInserted(place, values.number("count", 1, 1000, 1), values.text("text", "")));
    }

    private static void commands() {
        add("error", 1, "ERROR; say which with on=", _ -> new Fault.Refused());
        add("command-lost", 1, "a command has no answer and no effect", _ -> new Fault.CommandLost());
        add("answer-late", 0, "answers take millis= (3000) longer",
                values -> new Fault.AnswerLate(values.number("millis", 1, MILLIS_MAX, 3000)));
        add("setting-ignored", 0, "OK, and nothing has changed: name= E, V, Q, CMEE",
                values -> new Fault.SettingIgnored(values.text("name", "E")));
        add("sim-late", 3, "AT+CPIN? fails with code= (14)",
                values -> new Fault.SimLate(values.number("code", 1, 999, 14)));
        add("netopen-fails", 1, "the result of AT+NETOPEN is error= (1)",
                values -> new Fault.NetOpenFails(values.number("error", 1, 12, 1)));
        add("netopen-silent", 1, "AT+NETOPEN works and has no result", _ -> new Fault.NetOpenFails(-1));
        add("open-fails", 1, "AT+CIPOPEN fails with error= (10) after millis= (0)", values -> new Fault.OpenFails(
                values.number("error", 1, 12, 10), values.number("millis", 0, MILLIS_MAX, 0)));
        add("open-late", 0, "AT+CIPOPEN and AT+CCHOPEN take millis= (10000) longer",
                values -> new Fault.OpenLate(values.number("millis", 1, MILLIS_MAX, 10_000)));
        add("dns-fails", 0, "names are not found, after millis= (0)",
                values -> new Fault.DnsFails(values.number("millis", 0, MILLIS_MAX, 0)));
        add("dns-late", 0, "names take millis= (10000) longer",
                values -> new Fault.DnsLate(values.number("millis", 1, MILLIS_MAX, 10_000)));
        add("send-partly", 1, "only bytes= (0) of a payload are accepted; -1 says that the link is broken",
                values -> new Fault.SendPartly(values.number("bytes", -1, 1500, 0)));
        add("send-busy", 1, "AT+CIPSEND answers +CIPERROR: 8", _ -> new Fault.SendBusy());
        add("read-short", 0, "a read gives at most bytes= (1) bytes",
                values -> new Fault.ReadShort(values.number("bytes", 1, 1500, 1)));
        add("rest-wrong", 0, "a read is wrong about what is left, by by= (10)",
                values -> new Fault.RestWrong(values.number("by", -BYTES_MAX, BYTES_MAX, 10)));
        add("data-hidden", 1, "a read finds no data though there are some", _ -> new Fault.DataHidden());
        add("buffer-small", 0, "a link buffers bytes= (1500) bytes",
                values -> new Fault.BufferSmall(values.number("bytes", 1, BYTES_MAX, 1500)));
        add("close-with-data", 1, "the other side seems to close when bytes= (1) bytes have come",
                values -> new Fault.CloseWithData(values.number("bytes", 1, BYTES_MAX, 1)));
        add("lf-counted", 0, "a line feed after a command counts as payload", _ -> new Fault.LineFeedCounted());
        add("no-sni", 0, "TLS without a server name, whatever is set", _ -> new Fault.ServerNameMissing());
        add("cch-freeze", 0, "reading more from a TLS session than there is freezes the modem",
                _ -> new Fault.CchFreeze());
        add("cch-state-hidden", 0, "AT+CCHOPEN? tells of no open session", _ -> new Fault.CchStateHidden());
    }

    private static void events() {
        add("reboot", 1, "the modem boots", _ -> new Fault.Reboot());
        add("power-off", 1, "it is off until 'power on'", _ -> new Fault.PowerOff());
        add("silence", 1, "no answer for millis= (0: until cleared)", values -> new Fault.Silence(forTime(values, 0)));
        add("baud-mismatch", 1, "noise both ways for millis= (0: until cleared)",
                values -> new Fault.BaudMismatch(forTime(values, 0)));
        add("network-lost", 1, "the bearer is gone, with +CIPEVENT; back after millis= (5000; 0: never)",
                values -> new Fault.NetworkLost(forTime(values, 5000)));
        add("pdp-lost", 1, "the bearer is gone without +CIPEVENT; back after millis= (5000; 0: never)",
                values -> new Fault.PdpLost(forTime(values, 5000)));
        add("sim-removed", 1, "the SIM is taken out; back after millis= (5000; 0: never)",
                values -> new Fault.SimRemoved(forTime(values, 5000)));
        add("registration", 1, "registration becomes stat= (3: denied); 1 again after millis= (5000; 0: never)",
                values -> new Fault.Registration(values.number("stat", 0, 11, 3), forTime(values, 5000)));
        add("signal", 1, "AT+CSQ says rssi= (99)", values -> new Fault.Signal(values.number("rssi", 0, 99, 99)));
        add("close", 1, "link= (0) ends with cause= (1)", values -> new Fault.Close(values.number("link", 0, 9, 0),
                values.number("cause", 0, 2, 1)));
        add("half-open", 1, "nothing passes over link= (0) any more, and nothing tells of it",
                values -> new Fault.HalfOpen(values.number("link", 0, 9, 0)));
        add("urc", 1, "the line text=", values -> new Fault.Urc(values.text("text", "RING")));
        add("sms", 1, "a short message comes, and blocks the line for millis= (2000)",
                values -> new Fault.Sms(forTime(values, 2000)));
        add("clock", 1, "nobody has told the modem the time: year= (1980)",
                values -> new Fault.Clock(values.number("year", 1970, 2099, 1980)));
        add("mqtt-lost", 1, "+CMQTTCONNLOST: client= (0), cause= (1)", values -> new Fault.MqttLost(
                values.number("client", 0, 1, 0), values.number("cause", 1, 3, 1)));
        add("mqtt-nonet", 1, "+CMQTTNONET", _ -> new Fault.MqttNoNet());
        add("cch-stop", 1, "+CCH: CCH STOP: the TLS service ends", _ -> new Fault.CchStop());
    }

    private static int forTime(Values values, int otherwise) {
        return values.number("millis", 0, MILLIS_MAX, otherwise);
    }

    /// Every name, with what it does.
    public static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        ENTRIES.forEach((name, entry) -> names.put(name, entry.what));
        return names;
    }

    /// Reads `NAME` or `NAME:key=value,key=value`.
    ///
    /// @param seed unless it has one of its own
    /// @throws IllegalArgumentException with a sentence that says what is wrong
    public static Plan parse(String text, long seed) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).strip();
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("there is no fault '" + name + "'; there are "
                    + String.join(", ", ENTRIES.keySet()));
        }
        Values values = new Values(name, colon < 0 ? "" : text.substring(colon + 1));
        Fault fault = entry.make.apply(values);
        Plan plan = new Plan(name, fault, values.text("on", ""), values.number("skip", 0, BYTES_MAX, 0),
                values.number("times", 0, BYTES_MAX, entry.times), values.number("percent", 1, 100, 100),
                values.number("after", 0, MILLIS_MAX, 0), values.seed(seed));
        values.requireAllKnown();
        return plan;
    }
}

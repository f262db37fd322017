package dev.gatehouse.simulator.fault;

/// Something that goes wrong. [Catalogue] has their names and what they stand for; [Plan] says when.
///
/// Three families: what happens to bytes on the line, what happens to commands, and what happens to the modem.
public sealed interface Fault {

    /// Bytes are lost, late, wrong, split or in the wrong place.
    sealed interface OnLine extends Fault {}

    /// A command ends otherwise than usual.
    sealed interface OnCommand extends Fault {}

    /// Something happens to the modem.
    sealed interface Event extends Fault {}

    // --- On the line ----------------------------------------------------------------------------------------------

    /// What is said comes in pieces of 1 to so many bytes, with a pause after each.
    record Split(int bytesMax, int gapMillis) implements OnLine {}

    /// What is said waits so long, and goes out together with what follows.
    record Merge(int millis) implements OnLine {}

    /// Lines end otherwise.
    record LineEnds(Style style) implements OnLine {
        /// How.
        public enum Style {
            /// CR CR LF
            DOUBLE_CR,
            /// no CR
            LF,
            /// one more empty line before
            EMPTY,
            /// a blank before the text
            BLANK,
            /// each time another
            RANDOM
        }
    }

    /// The prompt does not come; the payload is awaited all the same.
    record PromptLost() implements OnLine {}

    /// The prompt takes so much longer.
    record PromptLate(int millis) implements OnLine {}

    /// The prompt has another form.
    record PromptStyle(String octets) implements OnLine {}

    /// A line that nobody asked for, in a place where it hurts.
    ///
    /// @param text empty for one of those that networks send
    record UrcInserted(Place place, int count, String text) implements OnLine {
        /// Where.
        public enum Place {
            /// between a command and its answer
            BEFORE_ANSWER,
            /// between two lines of an answer
            INSIDE_ANSWER,
            /// right after the answer, in the same write
            AFTER_ANSWER,
            /// between a command and its prompt
            BEFORE_PROMPT,
            /// between `OK` and the result
            BEFORE_RESULT,
            /// in the middle of counted bytes
            IN_DATA,
            /// in the middle of an echo
            IN_ECHO
        }
    }

    /// True notifications wait for the next answer.
    record UrcHeld(UrcInserted.Place place) implements OnLine {}

    /// A notification does not come.
    ///
    /// @param prefix of the lines that are meant; empty for all
    record UrcLost(String prefix) implements OnLine {}

    /// A notification comes twice.
    ///
    /// @param prefix of the lines that are meant; empty for all
    record UrcTwice(String prefix) implements OnLine {}

    /// The second half of a notification comes after whatever is said next.
    record Splice() implements OnLine {}

    /// Commands are echoed although they should not be.
    record EchoAlways() implements OnLine {}

    /// The result of a command comes before its `OK`.
    record ResultFirst() implements OnLine {}

    /// One byte of so many is lost, in one direction or both.
    ///
    /// @param ofFastLine only without flow control, and above 115200 baud
    record BytesLost(int oneOf, boolean in, boolean out, boolean ofFastLine) implements OnLine {}

    /// One byte of so many is another one.
    record BytesWrong(int oneOf) implements OnLine {}

    /// Of a long answer only so many bytes come.
    record AnswerCut(int bytesMax) implements OnLine {}

    // --- On commands ----------------------------------------------------------------------------------------------

    /// `ERROR`.
    record Refused() implements OnCommand {}

    /// There is no answer, and nothing happens.
    record CommandLost() implements OnCommand {}

    /// The answer takes so much longer.
    record AnswerLate(int millis) implements OnCommand {}

    /// `OK`, and nothing has changed.
    ///
    /// @param name `E`, `V`, `Q` or `CMEE`
    record SettingIgnored(String name) implements OnCommand {}

    /// The SIM is not ready yet.
    ///
    /// @param code of `+CME ERROR`
    record SimLate(int code) implements OnCommand {}

    /// `AT+NETOPEN` does not do what it should.
    ///
    /// @param error of the result; below 0 for no result at all
    record NetOpenFails(int error) implements OnCommand {}

    /// `AT+CIPOPEN` fails.
    record OpenFails(int error, int millis) implements OnCommand {}

    /// `AT+CIPOPEN` takes so much longer.
    record OpenLate(int millis) implements OnCommand {}

    /// Names are not found.
    record DnsFails(int millis) implements OnCommand {}

    /// Names take so much longer.
    record DnsLate(int millis) implements OnCommand {}

    /// Not everything that should be sent is.
    ///
    /// @param bytes that are; below 0 for a result of -1
    record SendPartly(int bytes) implements OnCommand {}

    /// `+CIPERROR: 8`.
    record SendBusy() implements OnCommand {}

    /// A read gives at most so many bytes.
    record ReadShort(int bytesMax) implements OnCommand {}

    /// A read is wrong by so much about what is left.
    record RestWrong(int by) implements OnCommand {}

    /// `No data`, though there are some.
    record DataHidden() implements OnCommand {}

    /// A link buffers so many bytes.
    record BufferSmall(int bytes) implements OnCommand {}

    /// The other side seems to close as soon as so many bytes have come.
    record CloseWithData(int bytes) implements OnCommand {}

    /// A line feed after a command counts as payload.
    record LineFeedCounted() implements OnCommand {}

    /// TLS without a server name, whatever is set.
    record ServerNameMissing() implements OnCommand {}

    /// Reading more from a TLS session than there is, or from none, freezes the modem.
    record CchFreeze() implements OnCommand {}

    /// `AT+CCHOPEN?` tells of no open session.
    record CchStateHidden() implements OnCommand {}

    // --- To the modem ---------------------------------------------------------------------------------------------

    /// It boots, without a word before.
    record Reboot() implements Event {}

    /// It is off until the power key is pressed.
    record PowerOff() implements Event {}

    /// It says nothing and hears nothing.
    ///
    /// @param millis 0 for until it is cleared
    record Silence(int millis) implements Event {}

    /// Both sides of the line go at different speeds.
    ///
    /// @param millis 0 for until it is cleared
    record BaudMismatch(int millis) implements Event {}

    /// The bearer is gone, with `+CIPEVENT`.
    ///
    /// @param millis until it comes back; 0 for never
    record NetworkLost(int millis) implements Event {}

    /// The bearer is gone, and the socket service does not notice.
    ///
    /// @param millis until it comes back; 0 for never
    record PdpLost(int millis) implements Event {}

    /// The SIM is taken out.
    ///
    /// @param millis until it is put in again; 0 for never
    record SimRemoved(int millis) implements Event {}

    /// Registration becomes this.
    ///
    /// @param millis until it is 1 again; 0 for never
    record Registration(int stat, int millis) implements Event {}

    /// `AT+CSQ`.
    record Signal(int rssi) implements Event {}

    /// A link ends.
    ///
    /// @param cause of `+IPCLOSE`
    record Close(int link, int cause) implements Event {}

    /// What is sent over a link arrives nowhere, what the other side sends neither, and nothing tells of it.
    record HalfOpen(int link) implements Event {}

    /// A line that nobody asked for.
    record Urc(String text) implements Event {}

    /// A short message comes, and blocks the line.
    record Sms(int millis) implements Event {}

    /// Nobody has told the modem the time.
    record Clock(int year) implements Event {}

    /// `+CMQTTCONNLOST`.
    record MqttLost(int client, int cause) implements Event {}

    /// `+CMQTTNONET`.
    record MqttNoNet() implements Event {}

    /// `+CCH: CCH STOP`.
    record CchStop() implements Event {}
}

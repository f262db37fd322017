package dev.gatehouse.modem.at;

/// Learns how the modem ends data, and notices when an end is not whole: then bytes before it were lost on the line, and
/// what was counted as the last data are in truth the first bytes of the end.
///
/// Firmwares write one or two line ends between data and `OK`, seldom an empty line more. Once an answer had two, one is
/// an error; none always is.
final class Trailers {
    private static final int USUAL = 2;

    private int expected;

    void check(Exchange exchange) {
        int ends = exchange.endsAfterData();
        if (ends == Exchange.NONE) {
            return;
        }
        if (ends <= 0 || ends < expected) {
            exchange.answer.distrustData();
            return;
        }
        expected = Math.min(USUAL, ends);
    }
}

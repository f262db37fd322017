package dev.gatehouse.modem.at;

/// Learns how the modem ends data, and notices when an end is not whole: then bytes before it were lost on the line, and
/// what was counted as the last data are in truth the first bytes of the end.
///
/// Firmwares write one or two line ends between data and `OK`, seldom an empty line more. Once three answers in a row had
/// two, one is an error; none always is.
final class Trailers {
    private static final int ENOUGH = 3;
    private static final int USUAL = 2;

    private int seen;
    private int fewest = USUAL;

    void check(Exchange exchange) {
        int ends = exchange.endsAfterData();
        if (ends == Exchange.NONE) {
            return;
        }
        if (ends <= 0 || seen >= ENOUGH && ends < fewest) {
            exchange.answer.distrustData();
            return;
        }
        seen++;
        fewest = Math.min(fewest, ends);
    }
}

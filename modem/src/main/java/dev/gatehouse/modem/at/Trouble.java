package dev.gatehouse.modem.at;

/// Why something that needs the modem did not work. The name is for programs, the sentence for people, the advice says
/// what to do next.
public enum Trouble {
    LINE_LOST("the line to the modem is gone", "check the cable, the device's name and whether the modem has power"),
    MUTE("the modem does not answer",
            "check power, wiring and speed; another program may hold the port; a modem that just started needs 15 s"),
    GARBAGE("what comes from the modem cannot be read",
            "most often the speed is wrong: set it, or turn on flow control above 115200 bit/s"),
    REBOOTED("the modem has started anew", "often its supply is too weak for a burst of transmission (2 A needed)"),
    BUSY("too many commands wait for the modem", "wait, or use fewer sockets at once"),
    REFUSED("the modem refused the command", "look the error up in the manual; its firmware may lack the command"),
    UNSAFE_TEXT("this text must not go into a command line",
            "quotes, line ends and control characters are not allowed"),
    SIM_MISSING("there is no SIM card", "insert one, contacts facing the board, then start the modem anew"),
    SIM_PIN_NEEDED("the SIM card wants a PIN and none was given", "give the PIN, or turn the PIN off"),
    SIM_PIN_WRONG("the SIM card did not take the PIN; it is not tried again",
            "check the PIN: after three wrong ones the card is locked"),
    SIM_LOCKED("the SIM card is locked (PUK)", "unlock it with the PUK in a telephone"),
    SIM_FAILED("the SIM card cannot be read", "clean and reseat the card; check that it works in a telephone"),
    NO_NETWORK("no network was found", "check the antenna, the signal (AT+CSQ) and whether LTE is covered here"),
    NETWORK_DENIED("the network does not let this SIM card in",
            "ask the card's provider: not active, barred, or no roaming"),
    NO_DATA_SERVICE("the network gives no data connection", "check APN, user and password of the provider"),
    NETWORK_LOST("the network connection was lost", "nothing to do: it is opened again; connect again"),
    UNKNOWN_HOST("the modem could not resolve the host name", "check the name; some private APNs have no DNS"),
    CONNECT_FAILED("the connection was not made", "check host and port; the peer refuses, or a firewall is between"),
    CONNECT_TIMEOUT("the connection was not made in time", "check host, port and signal; try a longer time-out"),
    NO_FREE_LINK("all of the modem's sockets are in use", "close one first"),
    BYTES_LOST("bytes were lost between modem and computer, so this connection cannot go on",
            "turn on flow control (RTS/CTS) or lower the speed"),
    SEND_INCOMPLETE("the modem took only part of the data, and does not say which of it arrived",
            "connect again; the connection was broken on the way"),
    CLOSED_BY_MODEM("the modem closed the connection", "the peer did not answer in time; check the signal"),
    TLS_FAILED("the modem's TLS failed", "check certificate, server name (SNI) and the modem's clock"),
    MQTT_FAILED("the modem's MQTT client failed", "see the code's meaning in the message"),
    TIMEOUT("the modem accepted the command, but its result did not come in time", "try again; check the signal"),
    CLOSED("the modem was closed by this program", "open it again");

    private final String sentence;
    private final String advice;

    Trouble(String sentence, String advice) {
        this.sentence = sentence;
        this.advice = advice;
    }

    /// What happened, one clause without a full stop.
    public String sentence() {
        return sentence;
    }

    /// What the reader can do about it.
    public String advice() {
        return advice;
    }
}

package dev.gatehouse.simulator.modem;

/// `+IP ERROR`, by number or text as `AT+CIPCCFG` says.
enum IpError {
    TIMEOUT(0, "Connection time out"),
    NETWORK_OPENED(4, "Network is already opened"),
    NETWORK_CLOSED(5, "Network is already closed"),
    NETWORK_NOT_OPENED(8, "Network not opened"),
    CREATED(10, "Connection is already created"),
    NOT_CREATED(11, "Connection is not created"),
    INVALID_PARAMETER(12, "Invalid parameter"),
    NOT_SUPPORTED(13, "Operation not supported"),
    DNS_FAILED(14, "DNS query failed"),
    BUSY(15, "TCP busy"),
    SERVER_LISTENING(20, "Server is already listening"),
    NO_DATA(22, "No data");

    private final int number;
    private final String text;

    IpError(int number, String text) {
        this.number = number;
        this.text = text;
    }

    String line(Profile profile, boolean asText) {
        return "+IP ERROR: " + (asText ? text : this == NO_DATA ? profile.noDataError() : number);
    }
}

package dev.gatehouse.modem.gateway;

/// A SOCKS client that gets no connection. The bytes it is told so with have been written already, where there are any.
final class SocksRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    SocksRefusal(Failure failure, String detail) {
        super(detail);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}

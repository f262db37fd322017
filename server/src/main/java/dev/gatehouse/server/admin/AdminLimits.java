package dev.gatehouse.server.admin;

/// What clients of the socket may take up.
///
/// @param clientsMax at the same time
/// @param requestBytesMax of the request line
/// @param requestMillisMax from connecting to the end of the request line
record AdminLimits(int clientsMax, int requestBytesMax, int requestMillisMax) {
    /// 16 clients, 64 KiB, 10 s.
    static AdminLimits defaults() {
        return new AdminLimits(16, 64 << 10, 10_000);
    }
}

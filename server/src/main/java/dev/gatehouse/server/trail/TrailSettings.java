package dev.gatehouse.server.trail;

/// How much is kept of attempts. Every limit holds per tenant, and once more for what no tenant owns.
///
/// @param linesMax lines in memory, 8 or more; a quarter of them is for attempts that ended well
/// @param memoryBytesMax bytes of those lines in memory, estimated, 16 384 or more
/// @param memoryBytesMaxInAll bytes in memory over all tenants together: beyond it each gets an even share
/// @param retentionDays days on the disk and in memory, 1 or more
/// @param dayBytesMax bytes written to the disk per day (UTC) before only counts are written
/// @param queueMax lines that wait for the writer; beyond, details are dropped and counted
/// @param rewriteSeconds a line that changed is written again after so long
public record TrailSettings(int linesMax, long memoryBytesMax, long memoryBytesMaxInAll, int retentionDays,
        long dayBytesMax, int queueMax, int rewriteSeconds) {
    public TrailSettings {
        require(linesMax >= 8, "linesMax must be 8 or more");
        require(memoryBytesMax >= 16_384, "memoryBytesMax must be 16384 or more");
        require(memoryBytesMaxInAll >= memoryBytesMax, "memoryBytesMaxInAll must be memoryBytesMax or more");
        require(retentionDays >= 1, "retentionDays must be 1 or more");
        require(dayBytesMax >= 0, "dayBytesMax must be 0 or more");
        require(queueMax >= 1, "queueMax must be 1 or more");
        require(rewriteSeconds >= 1, "rewriteSeconds must be 1 or more");
    }

    /// 1 000 lines and 2 MB a tenant, 64 MB in all, 7 days, 16 MB a day, 8 192 waiting, 10 s.
    public static TrailSettings defaults() {
        return new TrailSettings(1_000, 2 << 20, 64 << 20, 7, 16 << 20, 8_192, 10);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}

package dev.gatehouse.simulator.line;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/// The functions of the C library that make a pseudo-terminal, by the JDK's foreign-function interface.
///
/// Any number of threads may call it. On a system without one of these functions the constructor says which.
@SuppressWarnings("restricted") // that is what calling the C library is
final class LibC {
    private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
    private static final int READ_WRITE = 2;
    private static final int NO_CONTROLLING_TERMINAL = LINUX ? 0x100 : 0x20000;
    private static final int NON_BLOCKING = LINUX ? 0x800 : 0x4;
    private static final int SET_FLAGS = 4;
    private static final int NOW = 0;
    private static final short POLL_IN = 1;
    private static final short POLL_OUT = 4;
    /// More than any system's `struct termios`.
    private static final int TERMIOS_BYTES = 256;

    /// Linux encodes most speeds; newer C libraries, and other systems, give the number itself.
    private static final Map<Long, Long> ENCODED_SPEEDS = Map.ofEntries(Map.entry(7L, 300L), Map.entry(9L, 1200L),
            Map.entry(11L, 2400L), Map.entry(12L, 4800L), Map.entry(13L, 9600L), Map.entry(14L, 19_200L),
            Map.entry(15L, 38_400L), Map.entry(0x1001L, 57_600L), Map.entry(0x1002L, 115_200L),
            Map.entry(0x1003L, 230_400L), Map.entry(0x1004L, 460_800L), Map.entry(0x1005L, 500_000L),
            Map.entry(0x1006L, 576_000L), Map.entry(0x1007L, 921_600L), Map.entry(0x1008L, 1_000_000L),
            Map.entry(0x1009L, 1_152_000L), Map.entry(0x100AL, 1_500_000L), Map.entry(0x100BL, 2_000_000L),
            Map.entry(0x100CL, 2_500_000L), Map.entry(0x100DL, 3_000_000L), Map.entry(0x100EL, 3_500_000L),
            Map.entry(0x100FL, 4_000_000L));

    private final MethodHandle posixOpenpt = function("posix_openpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final MethodHandle grantpt = function("grantpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final MethodHandle unlockpt = function("unlockpt", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final MethodHandle ptsname = function("ptsname", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private final MethodHandle open = variadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private final MethodHandle fcntl = variadic("fcntl", 2,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private final MethodHandle tcgetattr = function("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private final MethodHandle tcsetattr = function("tcsetattr",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private final MethodHandle cfmakeraw = function("cfmakeraw", FunctionDescriptor.ofVoid(ADDRESS));
    private final MethodHandle cfgetospeed = function("cfgetospeed", FunctionDescriptor.of(LINUX ? JAVA_INT : JAVA_LONG,
            ADDRESS));
    private final MethodHandle poll = function("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, LINUX ? JAVA_LONG : JAVA_INT, JAVA_INT));
    private final MethodHandle read = function("read",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private final MethodHandle write = function("write",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = SymbolLookup.loaderLookup().find(name).or(() -> linker.defaultLookup().find(name))
                .orElseThrow(() -> new UnsupportedOperationException("this system's C library has no " + name));
        return linker.downcallHandle(address, shape, options);
    }

    private static MethodHandle variadic(String name, int fixed, FunctionDescriptor shape) {
        return function(name, shape, Linker.Option.firstVariadicArg(fixed));
    }

    int openMaster() throws IOException {
        int file = checked("posix_openpt", posixOpenpt, READ_WRITE | NO_CONTROLLING_TERMINAL);
        checked("grantpt", grantpt, file);
        checked("unlockpt", unlockpt, file);
        checked("fcntl", fcntl, file, SET_FLAGS, NON_BLOCKING);
        return file;
    }

    String nameOfSlave(int master) throws IOException {
        try {
            MemorySegment name = (MemorySegment) ptsname.invokeWithArguments(master);
            if (name.equals(MemorySegment.NULL)) {
                throw new IOException("ptsname failed");
            }
            return name.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    int open(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return checked("open of " + path, open, arena.allocateFrom(path), READ_WRITE | NO_CONTROLLING_TERMINAL);
        }
    }

    void makeRaw(int file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(TERMIOS_BYTES);
            checked("tcgetattr", tcgetattr, file, termios);
            call(cfmakeraw, termios);
            checked("tcsetattr", tcsetattr, file, NOW, termios);
        }
    }

    /// In baud; 0 when it cannot be told.
    long speed(int file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(TERMIOS_BYTES);
            if ((int) call(tcgetattr, file, termios) != 0) {
                return 0;
            }
            long speed = ((Number) call(cfgetospeed, termios)).longValue();
            return ENCODED_SPEEDS.getOrDefault(speed, speed);
        }
    }

    boolean waitReadable(int file, int millis) {
        return waitFor(file, POLL_IN, millis);
    }

    boolean waitWritable(int file, int millis) {
        return waitFor(file, POLL_OUT, millis);
    }

    /// `struct pollfd`: a file and two sets of events.
    private boolean waitFor(int file, short events, int millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfd = arena.allocate(8, 4);
            pollfd.set(JAVA_INT, 0, file);
            pollfd.set(JAVA_SHORT, 4, events);
            Object count = LINUX ? (Object) 1L : (Object) 1;
            return (int) call(poll, pollfd, count, millis) > 0 && (pollfd.get(JAVA_SHORT, 6) & events) != 0;
        }
    }

    /// 0 when there is nothing.
    int read(int file, byte[] into, int bytesMax) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytesMax);
            int bytes = (int) (long) call(read, file, buffer, (long) bytesMax);
            if (bytes <= 0) {
                return 0;
            }
            MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, bytes);
            return bytes;
        }
    }

    /// 0 when there is no room.
    int write(int file, byte[] from, int offset, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes);
            MemorySegment.copy(from, offset, buffer, JAVA_BYTE, 0, bytes);
            return Math.max(0, (int) (long) call(write, file, buffer, (long) bytes));
        }
    }

    void close(int file) {
        Object _ = call(close, file);
    }

    private static int checked(String what, MethodHandle function, Object... arguments) throws IOException {
        int result = (int) call(function, arguments);
        if (result < 0) {
            throw new IOException(what + " failed");
        }
        return result;
    }

    @SuppressWarnings("NullAway") // a function without a result gives null, and nobody looks at it
    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}

package dev.gatehouse.doctor.explain;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Finds many literals in a line in one pass (Aho and Corasick, 1975), without regard to case.
///
/// - **Shape:** built once from literals, each with a number; [#search] tells the numbers of those that occur.
/// - **Alphabet:** ASCII; every other character is one and the same letter that no literal contains. Only characters
///   that some literal contains have a column.
/// - **Size:** most states have one way on, which is the state with the next number; what else a character does there
///   is what it does in the state of the longest suffix. Only where ways part is there a complete row. So all of it
///   stays in the processor's cache, also while a log goes from one literal to the next.
final class Automaton {
    private static final int LETTERS = 128;
    /// In the place of a column: this state has a row.
    private static final int PARTS = 0xff;
    /// In the place of a column: there is no way on.
    private static final int LEAF = 0xfe;
    /// Added to what stands in [#ways] where a literal ends.
    private static final int ENDS = 0x100;

    /// The column of a character; 0 for those that no literal contains.
    private final byte[] columns = new byte[LETTERS];
    /// Of each state: the column of its one way on, or [#PARTS], or [#LEAF]. Perhaps with [#ENDS].
    private final char[] ways;
    /// Of each state: where its row begins in [#rows], or the state of the suffix to go on from.
    private final int[] back;
    private final char[] rows;
    /// Numbers of the literals that end in a state, those of its suffixes included.
    private final int[][] found;

    /// @param literals each at least one character, ASCII
    Automaton(List<String> literals) {
        int width = alphabet(literals);
        var trie = new Trie(literals, columns);
        ways = new char[trie.size];
        back = new int[trie.size];
        found = trie.found;
        rows = new char[trie.parting() * width];
        int row = 0;
        for (int state : trie.byDepth) {
            int way = trie.way(state);
            ways[state] = (char) (found[state].length == 0 ? way : way | ENDS);
            if (way == PARTS) {
                back[state] = row;
                for (int column = 0; column < width; column++) {
                    rows[row++] = (char) trie.next(state, column);
                }
            } else {
                back[state] = trie.suffix[state];
                // What finds no way on here finds none in a suffix that has the same one.
                while (trie.way(back[state]) == way) {
                    back[state] = back[back[state]];
                }
            }
        }
    }

    /// Gives each character of the literals a column, capitals that of their small letter.
    ///
    /// @return how many columns there are
    private int alphabet(List<String> literals) {
        int count = 1;
        for (String literal : literals) {
            for (int i = 0; i < literal.length(); i++) {
                if (literal.charAt(i) >= LETTERS) {
                    throw new IllegalArgumentException("not ASCII: " + literal);
                }
                int letter = lower(literal.charAt(i));
                if (columns[letter] == 0) {
                    columns[letter] = (byte) count++;
                }
            }
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            columns[c] = columns[lower(c)];
        }
        return count;
    }

    private static int lower(int letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }

    /// Tells the number of every literal that occurs in the first characters.
    void search(char[] text, int length, BitSet met) {
        int state = 0;
        int way = ways[0];
        for (int i = 0; i < length; i++) {
            char c = text[i];
            int column = c < LETTERS ? columns[c] : 0;
            while ((way & PARTS) != column && (way & PARTS) != PARTS) {
                state = back[state];
                way = ways[state];
            }
            state = (way & PARTS) == PARTS ? rows[back[state] + column] : state + 1;
            way = ways[state];
            if (way >= ENDS) {
                for (int number : found[state]) {
                    met.set(number);
                }
            }
        }
    }

    /// The literals as a tree, numbered so that the first way on of a state leads to the one with the next number.
    private static final class Trie {
        private static final int STATES_MAX = 65_536;
        private static final int[] NONE = {};

        private int size = 1;
        private final byte[] column;
        /// The next way on of the same state before; 0 for none.
        private final char[] sibling;
        /// The last way on; 0 for none.
        private final char[] last;
        private final char[] suffix;
        private final int[][] found;
        private final int[] byDepth;

        private Trie(List<String> literals, byte[] columns) {
            int sizeMax = 1 + literals.stream().mapToInt(String::length).sum();
            column = new byte[sizeMax];
            sibling = new char[sizeMax];
            last = new char[sizeMax];
            suffix = new char[sizeMax];
            found = new int[sizeMax][];
            Arrays.fill(found, NONE);
            int[] sorted = IntStream.range(0, literals.size()).boxed()
                    .sorted(Comparator.comparing(number -> literals.get(number).toLowerCase(Locale.ROOT)))
                    .mapToInt(Integer::intValue).toArray();
            for (int number : sorted) {
                add(literals.get(number), number, columns);
            }
            byDepth = byDepth();
        }

        private void add(String literal, int number, byte[] columns) {
            int state = 0;
            for (int i = 0; i < literal.length(); i++) {
                byte letter = columns[literal.charAt(i)];
                int next = child(state, letter);
                if (next == 0) {
                    if (size >= STATES_MAX) {
                        throw new IllegalArgumentException("too many literals: more than " + size + " states");
                    }
                    next = size++;
                    column[next] = letter;
                    sibling[next] = last[state];
                    last[state] = (char) next;
                }
                state = next;
            }
            found[state] = with(found[state], new int[]{number});
        }

        private static int[] with(int[] some, int[] more) {
            if (more.length == 0) {
                return some;
            }
            int[] all = Arrays.copyOf(some, some.length + more.length);
            System.arraycopy(more, 0, all, some.length, more.length);
            return all;
        }

        private int child(int state, int letter) {
            int child = last[state];
            while (child != 0 && column[child] != letter) {
                child = sibling[child];
            }
            return child;
        }

        /// Where a character leads, if need be by way of the suffixes.
        private int next(int state, int letter) {
            int from = state;
            int child = child(from, letter);
            while (child == 0 && from != 0) {
                from = suffix[from];
                child = child(from, letter);
            }
            return child;
        }

        /// All states, the shorter ones first, with their suffixes found.
        private int[] byDepth() {
            int[] order = new int[size];
            var queue = new ArrayDeque<Integer>(List.of(0));
            for (int i = 0; i < size; i++) {
                int state = queue.remove();
                order[i] = state;
                for (int child = last[state]; child != 0; child = sibling[child]) {
                    suffix[child] = state == 0 ? 0 : (char) next(suffix[state], column[child]);
                    found[child] = with(found[child], found[suffix[child]]);
                    queue.add(child);
                }
            }
            return order;
        }

        /// The column of its one way on, or [#PARTS], or [#LEAF]. The root has a row: there the suffixes end.
        private int way(int state) {
            char child = last[state];
            return state == 0 || sibling[child] != 0 ? PARTS : child == 0 ? LEAF : column[child];
        }

        private int parting() {
            return (int) IntStream.range(0, size).filter(state -> way(state) == PARTS).count();
        }
    }
}

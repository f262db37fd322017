package dev.gatehouse.doctor.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/// Finds many literals in a line in one pass (Aho and Corasick, 1975), without regard to case.
///
/// - **Shape:** built once from literals, each with a number; [#search] tells the numbers of those that occur.
/// - **Alphabet:** ASCII; every other character is one and the same letter that no literal contains. The table has a
///   column only for characters that some literal contains, and two bytes for a state: it stays in the processor's cache.
final class Automaton {
    private static final int LETTERS = 128;
    private static final int STATES_MAX = 65_536;

    /// The column of a character; 0 for those that no literal contains.
    private final byte[] columns = new byte[LETTERS];
    private final int width;
    /// `next[state * width + column]`; complete, so a search never steps back.
    private final char[] next;
    /// States from here on end a literal.
    private final int firstEnd;
    /// Numbers of the literals that end in a state, those of its suffixes included; of `firstEnd` and those that follow.
    private final int[][] found;

    /// @param literals each at least one character, ASCII
    Automaton(List<String> literals) {
        var edges = new ArrayList<int[]>();
        var ends = new ArrayList<List<Integer>>();
        edges.add(root());
        ends.add(new ArrayList<>());
        for (int number = 0; number < literals.size(); number++) {
            int state = 0;
            for (char c : literals.get(number).toCharArray()) {
                int letter = letter(c);
                if (letter == 0) {
                    throw new IllegalArgumentException("not ASCII: " + literals.get(number));
                }
                if (edges.get(state)[letter] < 0) {
                    edges.get(state)[letter] = edges.size();
                    edges.add(root());
                    ends.add(new ArrayList<>());
                }
                state = edges.get(state)[letter];
            }
            ends.get(state).add(number);
        }
        if (edges.size() > STATES_MAX) {
            throw new IllegalArgumentException("too many literals: " + edges.size() + " states");
        }
        width = alphabet(literals);
        link(edges, ends);
        int[] order = new int[edges.size()]; // the states that end no literal first; the root is one of them
        int placed = 0;
        for (int state = 0; state < order.length; state++) {
            if (ends.get(state).isEmpty()) {
                order[state] = placed++;
            }
        }
        firstEnd = placed;
        found = new int[order.length - firstEnd][];
        for (int state = 0; state < order.length; state++) {
            if (!ends.get(state).isEmpty()) {
                order[state] = placed++;
                found[order[state] - firstEnd] = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
            }
        }
        next = new char[order.length * width];
        for (int state = 0; state < order.length; state++) {
            for (int letter = 0; letter < LETTERS; letter++) {
                next[order[state] * width + columns[letter]] = (char) order[edges.get(state)[lower(letter)]];
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
                int letter = letter(literal.charAt(i));
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

    private static int[] root() {
        int[] none = new int[LETTERS];
        Arrays.fill(none, -1);
        return none;
    }

    private static void link(List<int[]> edges, List<List<Integer>> ends) {
        int[] suffix = new int[edges.size()];
        var queue = new ArrayDeque<Integer>();
        int[] first = edges.getFirst();
        for (int letter = 0; letter < LETTERS; letter++) {
            if (first[letter] < 0) {
                first[letter] = 0;
            } else {
                queue.add(first[letter]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            ends.get(state).addAll(ends.get(suffix[state]));
            int[] here = edges.get(state);
            for (int letter = 0; letter < LETTERS; letter++) {
                int fallback = edges.get(suffix[state])[letter];
                if (here[letter] < 0) {
                    here[letter] = fallback;
                } else {
                    suffix[here[letter]] = fallback;
                    queue.add(here[letter]);
                }
            }
        }
    }

    private static int letter(char c) {
        return c < LETTERS ? lower(c) : 0;
    }

    /// Tells the number of every literal that occurs in the text, once per place.
    void search(String text, IntConsumer each) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            state = next[state * width + (c < LETTERS ? columns[c] : 0)];
            if (state >= firstEnd) {
                for (int number : found[state - firstEnd]) {
                    each.accept(number);
                }
            }
        }
    }
}

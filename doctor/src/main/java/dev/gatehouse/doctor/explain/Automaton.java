package dev.gatehouse.doctor.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/// Finds many literals in a line in one pass (Aho and Corasick, 1975), without regard to case.
///
/// - **Shape:** built once from literals, each with a number; [#search] tells the numbers of those that occur.
/// - **Alphabet:** ASCII; every other character is one and the same letter that no literal contains.
final class Automaton {
    private static final int LETTERS = 128;

    /// `next[state * LETTERS + letter]`; complete, so a search never steps back.
    private final int[] next;
    /// Numbers of the literals that end in a state, those of its suffixes included.
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
        link(edges, ends);
        next = new int[edges.size() * LETTERS];
        found = new int[edges.size()][];
        for (int state = 0; state < edges.size(); state++) {
            System.arraycopy(edges.get(state), 0, next, state * LETTERS, LETTERS);
            found[state] = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
        }
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
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c < LETTERS ? c : 0;
    }

    /// Tells the number of every literal that occurs in the text, once per place.
    void search(String text, IntConsumer each) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = next[state * LETTERS + letter(text.charAt(i))];
            for (int number : found[state]) {
                each.accept(number);
            }
        }
    }
}

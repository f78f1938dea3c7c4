package io.farref.examples.index;

/**
 * One file of the input.
 *
 * @param path where it lies in the input, with slashes; unique
 * @param text what it contains
 */
record Document(String path, String text) {}

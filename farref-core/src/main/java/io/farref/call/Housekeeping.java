package io.farref.call;

/** A function of the library's own, which every member may call. */
public interface Housekeeping {}

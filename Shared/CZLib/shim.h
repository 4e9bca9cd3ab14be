#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not import. 15 + 32: a zlib or a gzip header, told apart by zlib. */
static inline int holdfast_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

"""nbdev_docs, mended. Its index of names would leave out every notebook with "auto" in its own name, as 08_autograd
has: no name of it would be a link, and none would have one to its source. Of a cell that exports several functions
it would show the last one first. And it fills the lines of a signature up to 110 characters, where the page has 88."""
from nbdev import doclinks, processors, quarto, showdoc

cells, names = doclinks._iter_py_cells, processors._def_names


def unnamed(path):
    "The cells of the module at `path`, without the name of the notebook that each is from"
    for cell in cells(path):
        cell.nb = ''
        yield cell


# what the processes that read the notebooks need stands out here: they import this file
processors._def_names = lambda *args: names(*args)[::-1]
showdoc.ShowDocRenderer.__init__.__defaults__ = None, 3, 88

if __name__ == '__main__':
    doclinks._iter_py_cells = unnamed
    quarto.nbdev_docs.__wrapped__()
